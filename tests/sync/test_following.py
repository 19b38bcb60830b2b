"""When the roster changes, the chats there are follow by themselves and at once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from peremena.school.models import Chat, Connection, Enrollment, Organization, Person, Room, SchoolClass
from peremena.sync.following import follow_roster
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.sync.after_events import a_crowd_comes, mended, the_crowd_leaves
from tests.sync.queue import waiting
from tests.sync.town import Town, account, approved, called, chat_of, lane, plan_of, synced, told

pytestmark = pytest.mark.usefixtures("nothing_is_waited_for")
ON = datetime.date(2026, 10, 1)


def followed(school: Organization) -> list[Run]:
    """What the job started, carried out."""
    before = set(Run.objects.values_list("pk", flat=True))
    follow_roster(Organization.objects.get(pk=school.pk))
    lane()
    return list(Run.objects.exclude(pk__in=before).order_by("pk"))


@pytest.fixture
def second(school: Organization) -> SchoolClass:
    """1Б, with a pupil of its own."""
    with rows.writing():
        found = rows.school_class(school, "1Б")
        rows.enroll(rows.person("Павлова", linked=True), found)
    return found


def moved(pupil: Person, into: SchoolClass) -> None:
    with rows.writing():
        Enrollment.objects.filter(person=pupil, group=None, ended=None).update(ended=ON)
        rows.enroll(pupil, into)


def test_a_pupil_who_changes_class_changes_chats(
    town: Town, school: Organization, connection: Connection, second: SchoolClass
) -> None:
    town.let_in()
    synced(school)
    pupil, old = called("Сидорова"), Chat.objects.get(kind="class", school_class__title="1А")
    moved(pupil, second)
    (run,) = followed(school)
    assert (told(run)[0], run.kind, run.urgent, run.actor) == (Run.DONE, Run.CHANGE, True, "system:roster")
    new = Chat.objects.get(kind="class", school_class=second)
    assert account(pupil) not in town.rooms()[old.title]
    assert account(pupil) in town.rooms()[new.title]
    assert (new.seats, new.linked, new.inside) == (2, 2, 2)
    assert followed(school) == []


def test_no_chat_is_made_but_the_figures_of_one_to_come_follow(
    town: Town, school: Organization, connection: Connection, second: SchoolClass
) -> None:
    town.let_in()
    run = approved(school)  # the chats are known, and not made: the messenger is away
    Step.objects.filter(chat__school_class=second).update(state=Step.CANCELLED)
    Run.objects.filter(pk=run.pk).update(total=Run.objects.get(pk=run.pk).total - 1)
    lane()
    with rows.writing():
        rows.enroll(rows.person("Новая", linked=True), second)
        rows.enroll(rows.person("Первая", linked=True), rows.school_class(school, "2А"))
    town.let_in()
    assert followed(school) == []
    chat = Chat.objects.get(kind="class", school_class=second)
    assert (chat.seats, chat.linked, chat.inside) == (2, 2, 0)
    assert chat.title not in town.rooms()
    assert plan_of(school).plan.counts()["create_chat"] == 2


def test_a_chat_that_nobody_needs_any_more_is_told_of_and_keeps_its_people(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    inside = town.rooms()[chat_of("subject").title]
    with rows.writing():
        Enrollment.objects.exclude(group=None).update(ended=ON)
    assert followed(school) == []
    assert (chat_of("subject").wanted, town.rooms()[chat_of("subject").title]) == (False, inside)


def test_too_many_to_go_at_once_are_refused_and_told_once(
    town: Town, school: Organization, connection: Connection
) -> None:
    a_crowd_comes(town)
    synced(school)
    the_crowd_leaves()
    assert [(run.state, run.kind) for run in (*followed(school), *followed(school))] == [(Run.REFUSED, Run.CHANGE)]
    assert len(town.rooms()[chat_of("class").title]) == 11


def test_what_is_on_its_way_is_looked_at_again(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    with rows.writing():
        rows.enroll(newcomer := rows.person("Новая", linked=True), SchoolClass.objects.get())
    town.let_in()
    followed_by = approved(school)
    Step.objects.filter(run=followed_by).update(state=Step.SENT)
    moved(newcomer, rows_class(school))
    follow_roster(Organization.objects.get(pk=school.pk))
    assert set(Room.objects.exclude(due_at=None).values_list("chat", flat=True)) == {chat_of("class").pk}
    assert waiting("sync.mend") == 1
    lane()
    mended(connection)
    assert account(newcomer) not in town.rooms()[chat_of("class").title]


def rows_class(school: Organization) -> SchoolClass:
    with rows.writing():
        return rows.school_class(school, "1Б")


def test_a_roster_that_comes_while_the_chats_are_being_made_is_not_missed(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
    town.let_in()
    approved(school)

    def meanwhile() -> None:
        town.before = lambda: None
        with rows.writing():
            rows.enroll(newcomer, SchoolClass.objects.get())
            Organization.objects.filter(pk=school.pk).update(roster_at=timezone.now())
        follow_roster(Organization.objects.get(pk=school.pk))

    town.before = meanwhile
    lane()
    mended(connection)
    assert account(newcomer) in town.rooms()[chat_of("class").title]
    assert plan_of(school, verify=True).plan.is_empty


def test_a_school_that_has_nothing_to_follow_with_is_left_alone(town: Town, school: Organization) -> None:
    synced(school)
    moved(called("Сидорова"), rows_class(school))
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(chats_enabled=False)
    assert followed(school) == []
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(chats_enabled=True)
    assert [run.kind for run in followed(school)] == [Run.CHANGE]  # the control


def comes_and_is_followed(town: Town, school: Organization) -> Person:
    with rows.writing():
        rows.enroll(newcomer := rows.person("Новая", linked=True), SchoolClass.objects.get(title="1А"))
    town.let_in()
    follow_roster(Organization.objects.get(pk=school.pk))
    return newcomer


def test_a_sync_in_the_meantime_asks_for_nothing_twice(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    newcomer = comes_and_is_followed(town, school)
    with rows.writing():
        rows.enroll(rows.person("Первая", linked=True), rows.school_class(school, "3А"))
    town.let_in()
    change, sync = Run.objects.get(kind=Run.CHANGE), approved(school)
    assert list(change.steps.values_list("operation", flat=True)) == ["add_member"]
    assert list(sync.steps.values_list("operation", flat=True)) == ["create_chat", "add_member"]
    assert (sync.total, sync.plan["operations"]["add_member"]) == (2, 2)
    lane()
    assert {told(run)[0] for run in (change, sync)} == {Run.DONE}
    assert account(newcomer) in town.rooms()[Chat.objects.get(kind="class", school_class__title="1А").title]
    assert plan_of(school, verify=True).plan.is_empty


def test_a_sync_that_would_only_repeat_what_is_coming_has_nothing_to_do(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    comes_and_is_followed(town, school)
    sync = approved(school)
    assert (told(sync), sync.total) == ((Run.DONE, "", 0, 0), 0)
    lane()
    assert plan_of(school, verify=True).plan.is_empty
