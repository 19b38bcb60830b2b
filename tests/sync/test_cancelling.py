"""A run that is cancelled, and a school whose «Чаты» are switched off: nothing more is sent."""

from __future__ import annotations

import pytest

from peremena.core.errors import UnusableInput
from peremena.core.roster import OrganizationKind
from peremena.school.models import Connection, Organization, Room
from peremena.sync.changing import change
from peremena.sync.mending import due_rooms
from peremena.sync.models import Run, Step
from peremena.sync.runs import approve, cancel
from peremena.sync.switching import switch_chats
from tests import school_rows as rows
from tests.sync.after_events import happened, looked_after
from tests.sync.town import TESTS, Town, approved, chat_of, everything_is_due, lane, lesser, plan_of, synced, told


def test_of_a_cancelled_run_nothing_is_sent(town: Town, school: Organization) -> None:
    run = approved(school)
    assert cancel(run, actor=TESTS)
    everything_is_due()
    lane()
    assert (told(run), town.rooms()) == ((Run.CANCELLED, "", 0, 0), {})
    assert (run.finished_at is not None, set(run.steps.values_list("attempts", flat=True))) == (True, {0})


def test_what_was_on_its_way_when_the_run_was_cancelled_is_written_down(town: Town, school: Organization) -> None:
    run = approved(school)
    town.can = lesser(batch_size=1)
    town.after = lambda: cancel(run, actor=TESTS) and None
    lane()
    assert told(run) == (Run.CANCELLED, "", 1, 0)
    assert (len(town.rooms()), Room.objects.exclude(external_id="").count()) == (1, 1)
    town.after = lambda: None
    assert told(synced(school))[0] == Run.DONE
    assert len(town.rooms()) == 4


def test_a_run_cancelled_between_choosing_and_marking_is_not_sent(town: Town, school: Organization) -> None:
    run = approved(school)

    def clock() -> float:  # asked between the two
        cancel(run, actor=TESTS)
        return 1000.0

    town.world.clock = clock
    lane()
    assert (told(run), town.rooms()) == ((Run.CANCELLED, "", 0, 0), {})


def test_a_run_that_has_ended_stays_as_it_ended(town: Town, school: Organization) -> None:
    run = synced(school)
    assert not cancel(run, actor=TESTS)
    assert told(run)[0] == Run.DONE
    assert set(run.steps.values_list("state", flat=True)) == {Step.DONE}


def test_the_titles_of_a_cancelled_run_are_free_again(town: Town, school: Organization) -> None:
    with rows.writing():
        second = rows.small_school("second", school.name, parent=school.parent)
    town.let_in()
    cancel(approved(school), actor=TESTS)
    assert not [title for title in plan_of(second).plan.titles.values() if title.endswith("(2)")]


def test_switching_off_ends_every_open_run_of_the_school_and_of_no_other(town: Town, school: Organization) -> None:
    with rows.writing():
        second = rows.small_school("second", "Другая школа", parent=school.parent)
    synced(school)
    with rows.writing():
        rows.enroll(rows.person(linked=True), school.classes.get())
    runs = [approved(school)]
    with rows.writing():
        school.name = "Новое имя"
        school.save()
    change(school, [chat_of("teachers").pk], actor=TESTS)
    runs.append(Run.objects.latest("pk"))
    other = approved(second)
    assert {run.kind for run in runs} == {Run.SYNC, Run.CHANGE}
    assert switch_chats(school, on=False, actor=TESTS) == 2
    assert [told(run)[0] for run in (*runs, other)] == [Run.CANCELLED, Run.CANCELLED, Run.QUEUED]


def test_nothing_starts_for_a_school_that_is_switched_off(
    town: Town, school: Organization, connection: Connection
) -> None:
    prepared = plan_of(school)
    synced(school)
    seen = plan_of(school)
    switch_chats(school, on=False, actor=TESTS)
    with pytest.raises(UnusableInput, match="выключены"):
        plan_of(school)
    for plan in (prepared, seen):  # whoever looked at a plan before
        with pytest.raises(UnusableInput, match="выключены"):
            approve(plan, actor=TESTS)
    happened("class")
    assert not due_rooms(Room.objects.get(chat=chat_of("class")).due_at).exists()  # type: ignore[arg-type]
    looked_after(connection)
    assert list(Run.objects.values_list("state", flat=True)) == [Run.DONE]


def test_what_happened_meanwhile_is_looked_after_when_the_school_is_switched_on_again(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    switch_chats(school, on=False, actor=TESTS)
    happened("class")
    assert switch_chats(school, on=True, actor=TESTS) == 0
    looked_after(connection)
    assert Room.objects.filter(due_at=None).count() == 4
    assert plan_of(school).plan.is_empty


def test_only_schools_have_chats(town: Town, school: Organization) -> None:
    assert school.parent and school.parent.kind == OrganizationKind.REGION
    with pytest.raises(UnusableInput, match="только у общеобразовательных школ"):
        switch_chats(school.parent, on=False, actor=TESTS)


def test_the_switch_is_audited_with_who_did_it(town: Town, school: Organization) -> None:
    switch_chats(school, on=False, actor=TESTS)
    event = school.events.latest("pgh_id")  # type: ignore[attr-defined]
    assert (event.chats_enabled, event.pgh_context.metadata["action"]) == (False, "chats.off")
    assert event.pgh_context.metadata["actor"] == TESTS.name
