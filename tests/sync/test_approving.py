"""A plan is approved as it was seen, by somebody, once."""

from __future__ import annotations

import pytest

from peremena.accounts.models import User
from peremena.cli import waiting
from peremena.core.errors import UnusableInput
from peremena.school.models import (
    Connection,
    Enrollment,
    Organization,
    Room,
    SchoolClass,
)
from peremena.sync.models import Run, Step
from peremena.sync.runs import AlreadyRunning, Outdated, approve
from tests import school_rows as rows
from tests.sync.town import (
    OWN,
    TESTS,
    Town,
    approved,
    chat_of,
    lane,
    plan_of,
    synced,
    told,
    wanted,
)


@pytest.fixture
def emptied(town: Town, school: Organization) -> Organization:
    """Six more pupils were let in, and all of them have left: too many to be put out unasked."""
    first = SchoolClass.objects.get()
    with rows.writing():
        newcomers = [rows.person(f"Новая {number}", linked=True) for number in range(6)]
        for newcomer in newcomers:
            rows.enroll(newcomer, first)
    town.let_in()
    synced(school)
    with rows.writing():
        Enrollment.objects.filter(person__in=newcomers).update(ended="2026-11-01")
    return school


def test_a_plan_that_the_guard_refuses_is_recorded_and_not_carried_out(town: Town, emptied: Organization) -> None:
    before = town.rooms()
    run = approved(emptied, reason="просто так")  # a reason of nobody's
    lane()
    assert told(run) == (Run.REFUSED, "", 0, 0)
    assert (run.steps.count(), town.rooms(), run.plan["refused"]["rule"]) == (0, before, "members_of_one_chat")


def test_a_named_person_s_reason_lets_a_refused_plan_through_once(town: Town, emptied: Organization) -> None:
    with rows.writing():
        user = rows.user("administrator")
    run = synced(emptied, user=user, reason="выпуск")
    assert (told(run)[0], run.approved_by, run.reason) == (Run.DONE, user, "выпуск")
    assert town.rooms() == wanted(emptied)
    assert User.objects.count() == 1


def test_a_school_has_one_open_sync(town: Town, school: Organization) -> None:
    prepared = plan_of(school)
    run = approve(prepared, actor=TESTS)
    with pytest.raises(AlreadyRunning) as caught:
        approve(prepared, actor=TESTS)
    assert (caught.value.run, Run.objects.count(), Step.objects.count()) == (run, 1, run.total)


def test_a_plan_that_another_run_has_overtaken_is_not_approved(town: Town, school: Organization) -> None:
    prepared = plan_of(school)
    run = synced(school)
    with pytest.raises(UnusableInput, match="план устарел"):
        approve(prepared, actor=TESTS)
    assert list(Run.objects.all()) == [run]


def test_a_plan_made_while_a_run_was_under_way_is_out_of_date_when_it_ends(town: Town, school: Organization) -> None:
    approved(school)
    prepared = plan_of(school)
    lane()
    with pytest.raises(UnusableInput, match="план устарел"):
        approve(prepared, actor=TESTS)


def test_a_create_of_a_chat_that_has_a_room_by_now_makes_no_second_one(
    town: Town, school: Organization, connection: Connection
) -> None:
    run = approved(school)
    chat = chat_of("class")
    room = town.world.create(chat.title, OWN)
    Room.objects.create(chat=chat, connection=connection, owner=OWN, external_id=room, title=chat.title)
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_nothing_is_approved_over_a_connection_that_is_stopped(school: Organization, connection: Connection) -> None:
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED, problem="token_refused")
    with pytest.raises(UnusableInput, match="остановлено"):
        approved(school)
    assert Run.objects.count() == 0


def test_a_school_without_a_messenger_can_look_at_its_plan_and_not_approve_it(db: None) -> None:
    with rows.writing():
        school = rows.small_school("alone")
    prepared = plan_of(school)
    assert prepared.plan.counts()["create_chat"] == 4
    with pytest.raises(UnusableInput, match="нет подключения"):
        approve(prepared, actor=TESTS)


def test_of_two_plans_with_the_same_titles_only_one_is_approved(town: Town, school: Organization) -> None:
    """Two schools of one name over one connection, planned at the same time: with both, each would give way to the other
    for ever."""
    with rows.writing():
        other = rows.small_school("other", parent=school.parent)
    town.let_in()
    first, second = plan_of(school), plan_of(other)
    assert set(first.plan.titles.values()) == set(second.plan.titles.values())
    approve(first, actor=TESTS)
    with pytest.raises(UnusableInput, match="план устарел"):
        approve(second, actor=TESTS)
    approve(plan_of(other), actor=TESTS)
    lane()
    assert len(town.rooms()) == 8
    assert plan_of(school).plan.is_empty
    assert plan_of(other).plan.is_empty


def test_a_command_whose_plan_nobody_has_looked_at_plans_anew_when_it_is_out_of_date(
    town: Town, school: Organization
) -> None:
    seen = plan_of(school)
    synced(school)
    with pytest.raises(Outdated):
        waiting.approved(seen, user=None, reason="")
    run = waiting.approved(seen, user=None, reason="", again=lambda: plan_of(school))
    assert told(run) == (Run.DONE, "", 0, 0)
