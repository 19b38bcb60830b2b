"""Reading rooms again corrects what we remember, in few statements, and never mistakes a lane's work for a person's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection as database
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Enrollment, Membership, Organization, Room, SchoolClass
from peremena.sync.models import Run, Step
from peremena.sync.reading import LATE, read_rooms
from tests import school_rows as rows
from tests.sync.town import OWN, Town, account, approved, called, chat_of, lane, plan_of, synced, told, wanted


def books() -> dict[str, set[tuple[str, str, bool, bool]]]:
    """Title → (account, state, ours, admin) of everybody."""
    found: dict[str, set[tuple[str, str, bool, bool]]] = {room.title: set() for room in Room.objects.all()}
    for each in Membership.objects.select_related("room"):
        found[each.room.title].add((each.member, each.state, each.ours, each.admin))
    return found


def test_reading_what_we_know_changes_nothing(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    before = books()
    read_rooms(connection, school)
    assert books() == before
    assert Room.objects.filter(read_at=None).count() == 0


def test_reading_makes_the_books_equal_to_the_rooms(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    room, pupil, teacher = town.room(chat_of("class")), account(called("Сидорова")), account(called("Петрова"))
    town.world.leave(room, pupil)
    town.world.join(room, "stranger")
    town.world.rooms[room].members[teacher] = False
    read_rooms(connection, school)
    assert books()[chat_of("class").title] == {
        (pupil, Membership.LEFT, True, False),
        ("stranger", Membership.IN, False, False),
        (teacher, Membership.IN, True, False),
        (account(called("Кузнецова")), Membership.IN, True, False),
    }
    town.world.leave(room, "stranger")
    read_rooms(connection, school)
    assert "stranger" not in {member for member, *_ in books()[chat_of("class").title]}


def test_a_room_that_can_be_read_again_has_no_problem_any_more(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    room = town.room(chat_of("class"))
    kept = town.world.rooms[room].members.pop(OWN)
    read_rooms(connection, school)
    assert Room.objects.get(chat=chat_of("class")).problem == "room_closed"
    town.world.rooms[room].members[OWN] = kept
    read_rooms(connection, school)
    assert set(Room.objects.values_list("problem", flat=True)) == {""}


def test_reading_needs_no_more_statements_for_more_rooms_and_people(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    statements = []
    for _ in range(2):
        for room in town.world.rooms.values():
            room.title += "!"
            room.members |= {f"stranger {number} of {room.title}": False for number in range(20)}
            del room.members[max(room.members.keys() - {OWN})]
        with CaptureQueriesContext(
            database,
        ) as captured:
            read_rooms(connection, school)
        statements.append(len(captured))
        with rows.writing():
            for title in ("2Б", "3В", "4Г"):
                new = rows.school_class(school, title)
                for _ in range(3):
                    rows.enroll(rows.person("Новикова", linked=True), new)
        town.let_in()
        synced(school)
    assert statements[0] == statements[1]


@pytest.fixture
def while_reading(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """Lets something happen just before or just after the messenger is asked."""
    original = MemoryMessenger.read

    def arrange(when: str, happens: Callable[[], None]) -> None:
        def read(messenger, rooms):  # type: ignore[no-untyped-def]
            monkeypatch.setattr(MemoryMessenger, "read", original)
            if when == "before":
                happens()
            found = original(messenger, rooms)
            if when == "after":
                happens()
            return found

        monkeypatch.setattr(MemoryMessenger, "read", read)

    return arrange


@pytest.mark.parametrize("when", ["before", "after"])
def test_whom_a_lane_lets_in_while_we_read_is_inside_and_ours(
    town: Town, school: Organization, connection: Connection, while_reading: Callable[..., None], when: str
) -> None:
    synced(school)
    with rows.writing():
        rows.enroll(rows.person("Новикова", linked=True), SchoolClass.objects.get())
    town.let_in()
    run = approved(school)
    while_reading(when, lane)
    read_rooms(connection, school)
    assert told(run) == (Run.DONE, "", 1, 0)
    assert (account(called("Новикова")), Membership.IN, True, False) in books()[chat_of("class").title]


@pytest.mark.parametrize("when", ["before", "after"])
def test_whom_a_lane_puts_out_while_we_read_is_not_said_to_have_left(
    town: Town, school: Organization, connection: Connection, while_reading: Callable[..., None], when: str
) -> None:
    synced(school)
    pupil = account(called("Сидорова"))
    with rows.writing():
        Enrollment.objects.filter(person=called("Сидорова")).update(ended="2026-11-01")
    approved(school)
    while_reading(when, lane)
    read_rooms(connection, school)
    assert pupil not in {member for people in books().values() for member, *_ in people}


def test_a_lane_s_rename_while_we_read_is_not_taken_for_a_person_s(
    town: Town, school: Organization, connection: Connection, while_reading: Callable[..., None]
) -> None:
    synced(school)
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name="Школа № 5")
    approved(Organization.objects.get(pk=school.pk))
    while_reading("after", lane)
    read_rooms(connection, school)
    assert Chat.objects.filter(title_kept=True).count() == 0
    synced(Organization.objects.get(pk=school.pk))
    assert town.rooms() == wanted(school)
    assert plan_of(school, verify=True).plan.is_empty


def cancelled_on_its_way(town: Town, school: Organization) -> Run:
    """A sync whose requests take effect, and which is cancelled before their answers come."""
    run = approved(school)

    def cancel() -> None:
        Run.objects.filter(pk=run.pk).update(state=Run.CANCELLED, finished_at=timezone.now())
        Step.objects.filter(run=run, state=Step.SENT).update(attempts=F("attempts") + 1)  # as a lane that came after

    town.after = cancel
    lane()
    town.after = lambda: None
    return run


def a_member_on_his_way(town: Town, school: Organization) -> tuple[Run, str]:
    """He is added, and his run is cancelled before the answer comes; then he loses his place."""
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новикова", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    run = cancelled_on_its_way(town, school)
    with rows.writing():
        Enrollment.objects.filter(person=newcomer).update(ended="2026-10-01")
    return run, account(newcomer)


def a_member_on_his_way_out(town: Town, school: Organization) -> tuple[Run, str]:
    """He is put out, and his run is cancelled before the answer comes; then he has his place again."""
    synced(school)
    pupil = Enrollment.objects.filter(person=called("Сидорова"))
    with rows.writing():
        pupil.update(ended="2026-10-01")
    run = cancelled_on_its_way(town, school)
    with rows.writing():
        pupil.update(ended=None)
    return run, account(called("Сидорова"))


def test_whom_a_cancelled_run_put_out_has_not_left_and_comes_in_again_with_his_place(
    town: Town, school: Organization, connection: Connection
) -> None:
    _, member = a_member_on_his_way_out(town, school)
    room = town.room(chat_of("class"))
    assert member not in town.world.rooms[room].members
    assert Membership.objects.get(member=member, room__external_id=room).state == Membership.IN
    synced(school, verify=True)
    assert member in town.world.rooms[room].members
    assert plan_of(school, verify=True).plan.is_empty


def test_who_goes_long_after_a_cancelled_run_has_left_by_himself(
    town: Town, school: Organization, connection: Connection
) -> None:
    run, member = a_member_on_his_way_out(town, school)
    room = town.room(chat_of("class"))
    town.world.join(room, member)
    read_rooms(connection, school)
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() - LATE * 2)
    town.world.leave(room, member)
    synced(school, verify=True)
    assert member not in town.world.rooms[room].members
    assert Membership.objects.get(member=member, room__external_id=room).state == Membership.LEFT


def test_who_was_put_out_before_he_came_in_again_and_went_has_left_by_himself(
    town: Town, school: Organization, connection: Connection
) -> None:
    _, member = a_member_on_his_way_out(town, school)
    room = town.room(chat_of("class"))
    synced(school, verify=True)
    town.world.leave(room, member)
    synced(school, verify=True)
    assert Membership.objects.get(member=member, room__external_id=room).state == Membership.LEFT


def test_whom_a_cancelled_run_let_in_is_ours_and_goes_when_his_place_does(
    town: Town, school: Organization, connection: Connection
) -> None:
    _, member = a_member_on_his_way(town, school)
    room = town.room(chat_of("class"))
    assert member in town.world.rooms[room].members
    assert not Membership.objects.filter(member=member).exists()
    synced(school, verify=True)
    assert member not in town.world.rooms[room].members
    assert plan_of(school, verify=True).plan.is_empty


def test_who_comes_long_after_a_cancelled_run_is_nobody_it_let_in(
    town: Town, school: Organization, connection: Connection
) -> None:
    run, member = a_member_on_his_way(town, school)
    room = town.room(chat_of("class"))
    del town.world.rooms[room].members[member]
    read_rooms(connection, school)
    Run.objects.filter(pk=run.pk).update(finished_at=timezone.now() - LATE * 2)
    town.world.join(room, member)
    synced(school, verify=True)
    assert member in town.world.rooms[room].members
    assert Membership.objects.get(member=member).ours is False


def test_whom_we_let_in_and_put_out_again_is_a_stranger_when_somebody_else_lets_him_in(
    town: Town, school: Organization, connection: Connection
) -> None:
    _, member = a_member_on_his_way(town, school)
    room = town.room(chat_of("class"))
    synced(school, verify=True)
    town.world.join(room, member)
    synced(school, verify=True)
    assert member in town.world.rooms[room].members
