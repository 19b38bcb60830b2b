"""A room in which something happened is read again and put right, by itself and at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from peremena.core.errors import Transient, Unauthorized
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Membership, Organization, Room, SchoolClass
from peremena.sync.edits import unlink
from peremena.sync.mending import due_rooms
from peremena.sync.models import Run
from peremena.sync.tasks import wake_lanes
from tests import school_rows as rows
from tests.sync.after_events import a_crowd_comes, happened, looked_after, mended, the_crowd_leaves
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import TESTS, Town, account, approved, called, chat_of, lane, lesser, plan_of, synced, told

pytestmark = pytest.mark.usefixtures("nothing_is_waited_for")


def test_a_room_that_is_as_it_should_be_needs_one_look_and_no_run(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    happened("class")
    assert mended(connection) == []
    assert not Room.objects.exclude(due_at=None).exists()


def test_only_rooms_that_are_due_are_read(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    read: list[list[str]] = []
    whole = MemoryMessenger.read
    monkeypatch.setattr(MemoryMessenger, "read", lambda self, rooms: read.append(list(rooms)) or whole(self, rooms))  # type: ignore[func-returns-value]
    happened("class")
    looked_after(connection)
    assert read == [[town.room(chat_of("class"))]]


def test_a_blocked_person_whom_somebody_let_in_is_out_again(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    pupil = called("Сидорова")
    with rows.writing():
        chat_of("class").hand_seats.create(person=pupil, layer="blocked")
    synced(school)
    town.world.join(town.room(chat_of("class")), account(pupil))
    happened("class")
    (run,) = mended(connection)
    assert (told(run), run.kind, run.urgent, run.actor) == ((Run.DONE, "", 1, 0), Run.CHANGE, True, "system:events")
    assert account(pupil) not in town.rooms()[chat_of("class").title]


def test_who_went_by_himself_is_written_down_and_not_pressed(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    pupil = account(called("Сидорова"))
    town.world.leave(town.room(chat_of("class")), pupil)
    happened("class")
    assert mended(connection) == []
    assert Membership.objects.get(room__chat=chat_of("class"), member=pupil).state == Membership.LEFT
    assert (chat_of("class").linked, chat_of("class").inside) == (3, 2)


def test_a_title_given_in_the_messenger_stays(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    town.world.rooms[town.room(chat_of("class"))].title = "Наш 1А"
    happened("class")
    assert mended(connection) == []
    assert (chat_of("class").title, chat_of("class").title_kept) == ("Наш 1А", True)


def test_no_room_is_made_and_no_other_chat_is_touched(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
        rows.enroll(rows.person("Первая", linked=True), rows.school_class(school, "2Б"))
    town.let_in()
    happened("class")
    (run,) = mended(connection)
    assert list(run.steps.values_list("operation", "chat")) == [("add_member", chat_of("class").pk)]
    assert plan_of(school).plan.counts()["create_chat"] == 1


def test_a_change_that_puts_out_too_many_is_refused_and_told_once(
    town: Town, school: Organization, connection: Connection
) -> None:
    a_crowd_comes(town)
    synced(school)
    the_crowd_leaves()
    runs = []
    for _ in range(2):
        happened("class")
        runs += mended(connection)
    assert [(run.state, run.kind) for run in runs] == [(Run.REFUSED, Run.CHANGE)]
    assert len(town.rooms()[chat_of("class").title]) == 11


# --- while something else is on its way


def test_what_nobody_wants_any_more_is_not_done_by_the_run_that_meant_to(
    town: Town, school: Organization, connection: Connection
) -> None:
    """Somebody unlinks while he is about to be added."""
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    run, profile = approved(school), account(newcomer)
    assert unlink(newcomer, messenger="vk", actor=TESTS)
    assert mended(connection) == []
    assert told(run) == (Run.DONE, "", 1, 0)
    assert run.steps.get().reason == "superseded"
    assert all(profile not in members for members in town.rooms().values())


def test_who_leaves_the_roster_is_not_added_by_the_run_that_meant_to(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    run = approved(school)
    with rows.writing():
        newcomer.enrollments.update(ended="2026-10-01")
    happened("class")
    assert mended(connection) == []
    assert (told(run), run.steps.get().reason) == ((Run.DONE, "", 1, 0), "superseded")
    assert account(newcomer) not in town.rooms()[chat_of("class").title]


def test_what_is_to_be_done_already_is_not_done_twice(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    with rows.writing():
        rows.enroll(rows.person("Новая", linked=True), SchoolClass.objects.get())
    town.let_in()
    run = approved(school)
    happened("class")
    assert mended(connection) == []
    assert told(run) == (Run.DONE, "", 1, 0)


def test_a_chat_with_something_on_its_way_is_looked_at_when_that_has_come(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    run, profile = approved(school), account(newcomer)

    def in_between() -> None:
        unlink(newcomer, messenger="vk", actor=TESTS)
        looked_after(connection)

    town.before = in_between
    lane()
    town.before = lambda: None
    assert (told(run)[0], profile in town.rooms()[chat_of("class").title]) == (Run.DONE, True)
    assert [room.chat for room in due_rooms(timezone.now())] == [chat_of("class")]
    mended(connection)
    assert all(profile not in members for members in town.rooms().values())


def test_what_happens_while_a_room_is_read_makes_it_due_again(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    happened("class")
    whole = MemoryMessenger.read

    def read(self, rooms):  # type: ignore[no-untyped-def]
        states = whole(self, rooms)
        happened("class")
        return states

    monkeypatch.setattr(MemoryMessenger, "read", read)
    looked_after(connection)
    assert [room.chat for room in due_rooms(timezone.now())] == [chat_of("class")]


# --- trouble


def test_a_messenger_that_does_not_answer_is_asked_again_later(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    happened("class")

    def read(self, rooms):  # type: ignore[no-untyped-def]
        raise Transient("unreachable", retry_after=120.0)

    monkeypatch.setattr(MemoryMessenger, "read", read)
    looked_after(connection)
    assert list(due_rooms(timezone.now())) == []
    assert [room.chat for room in due_rooms(timezone.now() + timedelta(seconds=121))] == [chat_of("class")]


def test_a_refused_credential_stops_the_connection(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    happened("class")

    def read(self, rooms):  # type: ignore[no-untyped-def]
        raise Unauthorized("token_refused")

    monkeypatch.setattr(MemoryMessenger, "read", read)
    looked_after(connection)
    assert Connection.objects.get().state == Connection.STOPPED


def test_a_school_that_cannot_be_planned_holds_nobody_up(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    for each in (school, other):
        synced(each)
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(chats_enabled=False)
    Room.objects.update(due_at=timezone.now())
    for _ in range(2):
        looked_after(connection)
    assert not due_rooms(timezone.now()).exists()
    assert set(Room.objects.filter(due_at=None).values_list("chat__organization", flat=True)) == {other.pk}


# --- waking


def test_due_rooms_are_looked_after_once(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    forget_the_queue()
    wake_lanes(stop=lambda: False)
    assert waiting("sync.mend") == 0
    happened("class")
    for _ in range(2):
        wake_lanes(stop=lambda: False)
    assert waiting("sync.mend") == 1


def test_a_batch_size_of_one_mends_as_well(town: Town, school: Organization, connection: Connection) -> None:
    town.can = lesser(batch_size=1)
    synced(school)
    unlink(called("Сидорова"), messenger="vk", actor=TESTS)
    mended(connection)
    assert plan_of(school, verify=True).plan.is_empty
    assert Chat.objects.count() == 4
