"""Whatever is tracked cannot be written without an actor, and what is written down about it names nobody."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.db import connection as database

from peremena.audit.acts import PERSONAL, Actor, act
from peremena.core.operations import ChatKind
from peremena.intake.uploading import take
from peremena.school.activation import issue
from peremena.school.models import Account, Chat, Connection, Grant, Organization, Person, SchoolClass, Seat
from peremena.sync.checking import ask_to_check
from tests import school_rows as rows
from tests.sync.town import TESTS, Town, called, chat_of, credential, lane, synced

EVENTS = {
    event.pgh_tracked_model: event
    for event in apps.get_models()
    if getattr(event, "pgh_tracked_model", None) is not None
}
AUDITED = sorted(EVENTS, key=lambda model: model._meta.label)
by_name = pytest.mark.parametrize("model", AUDITED, ids=[model.__name__ for model in AUDITED])


@pytest.fixture
def everything(school: Organization) -> None:
    """A row of every tracked model."""
    with rows.writing():
        user = rows.granted("administrator", Grant.ADMINISTRATOR, school)
        rows.chat(school, ChatKind.CLASS, "Чат", unit=SchoolClass.objects.get())
        Seat.objects.create(chat=chat_of("class"), person=called("Петрова"), layer=Seat.PINNED, decided_by=user)
    issue([called("Сидорова").pk], school, actor=TESTS)
    ask_to_check(Connection.objects.get(), actor=TESTS)
    take(school, user, name="roster.zip", content=b"PK")


def other_value(model: type[models.Model]) -> str:
    """SQL that changes one tracked column."""
    tracked = {field.name for field in EVENTS[model]._meta.local_fields}
    for field in model._meta.local_fields:
        if field.name not in tracked or field.is_relation or field.primary_key:
            continue
        column = f'"{field.column}"'
        match field:
            case models.CharField(choices=[(first, _), (second, _), *_]):
                return f"{column} = case {column} when '{first}' then '{second}' else '{first}' end"
            case models.CharField():
                return f"{column} = {column} || 'x'"
            case models.IntegerField():
                return f"{column} = {column} + 1"
            case models.BooleanField():
                return f"{column} = not {column}"
            case models.DateField():
                return f"{column} = '2001-01-01'"
    raise AssertionError(f"{model.__name__}: say how to change it")


def execute(statement: str) -> int:
    with database.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_the_list_of_tracked_models_is_not_empty() -> None:
    assert {Organization, Person, Account, Chat, Connection, Seat, Grant} <= set(AUDITED)


@by_name
def test_a_change_outside_of_an_act_is_refused_by_the_database(everything: None, model: type[models.Model]) -> None:
    table = model._meta.db_table
    statement = f"update {table} set {other_value(model)} where id = (select min(id) from {table})"
    with pytest.raises(DatabaseError, match="context"), transaction.atomic():
        execute(statement)
    with act("tests.change", actor=TESTS):
        assert execute(statement) == 1


@by_name
def test_a_deletion_outside_of_an_act_is_refused_by_the_database(everything: None, model: type[models.Model]) -> None:
    statement = f"delete from {model._meta.db_table} where id = (select min(id) from {model._meta.db_table})"
    with pytest.raises(DatabaseError, match="context"), transaction.atomic():
        execute(statement)


@by_name
def test_a_new_row_outside_of_an_act_is_refused_by_the_database(everything: None, model: type[models.Model]) -> None:
    table = model._meta.db_table
    execute(f"create temporary table kept on commit drop as select * from {table} order by id limit 1")
    again = f"insert into {table} select * from kept"
    point = transaction.savepoint()
    with act("tests.delete", actor=TESTS):
        assert execute(f"delete from {table} where id = (select id from kept)") == 1
    with pytest.raises(DatabaseError, match="context"), transaction.atomic():
        execute(again)
    with act("tests.insert", actor=TESTS):
        assert execute(again) == 1
    transaction.savepoint_rollback(point)


def test_before_the_first_act_of_a_transaction_nothing_is_let_through_either(db: None) -> None:
    with pytest.raises(DatabaseError, match="context"), transaction.atomic():
        Organization.objects.create(key="demo", name="Демо школа", kind="school")


@by_name
def test_every_event_names_its_actor_and_its_action(everything: None, model: type[models.Model]) -> None:
    contexts = EVENTS[model]._default_manager.values_list("pgh_context__metadata", flat=True)
    assert contexts
    assert [context for context in contexts if not (context.get("actor") and context.get("action"))] == []


def test_acts_nest_and_the_inner_one_speaks_for_its_own_writes(db: None) -> None:
    with act("outer", actor=Actor("user:1")):
        first = rows.region("first")
        with act("inner", actor=Actor("user:2"), reason="так надо"):
            second = rows.region("second")
        third = rows.region("third")
    events = EVENTS[Organization]._default_manager
    found = {each.pgh_obj_id: each.pgh_context.metadata for each in events.select_related("pgh_context")}
    assert found == {
        first.pk: {"action": "outer", "actor": "user:1"},
        second.pk: {"action": "inner", "actor": "user:2", "reason": "так надо"},
        third.pk: {"action": "outer", "actor": "user:1"},
    }


def test_an_approval_is_the_approver_s_and_what_follows_from_it_is_the_system_s(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    chats = EVENTS[Chat]._default_manager.values_list("pgh_context__metadata__action", "pgh_context__metadata__actor")
    assert set(chats) == {("sync.approve", "system:tests")}
    credential(connection, "expired")
    with rows.writing():
        rows.employ(rows.person("Новикова", linked=True), school)
    synced(school)
    stops = EVENTS[Connection]._default_manager.filter(state=Connection.STOPPED)
    assert list(stops.values_list("pgh_context__metadata__action", "pgh_context__metadata__actor")) == [
        ("connection.stop", "system:sync")
    ]


def test_names_and_secrets_never_land_in_event_tables(everything: None) -> None:
    kept = {
        (model.__name__, field.name)
        for model, event in EVENTS.items()
        for field in event._meta.local_fields
        if field.name in PERSONAL
    }
    assert kept == set()
    names = {
        *Person.objects.values_list("family_name", flat=True),
        *Person.objects.values_list("given_name", flat=True),
    }
    assert names
    for event in EVENTS.values():
        written = str(list(event._default_manager.values()))
        assert [name for name in names if name in written] == []


def test_the_lane_s_own_work_changes_nothing_that_is_tracked(town: Town, school: Organization) -> None:
    """Its figures and memberships are projections of the messenger: thousands of them a minute are not anybody's acts."""
    synced(school)
    before = {event: event._default_manager.count() for event in EVENTS.values()}
    lane()
    assert {event: event._default_manager.count() for event in EVENTS.values()} == before
