"""Once a night every room is read; only what is otherwise than we remembered is put right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from peremena.core.errors import Refused, Transient, Unauthorized
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Connection, Membership, Organization, Room, SchoolClass
from peremena.sync import nightly
from peremena.sync.nightly import read_again
from peremena.sync.tasks import read_everything
from tests import school_rows as rows
from tests.sync.after_events import mended
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import Town, account, called, chat_of, synced


def night(connection: Connection) -> None:
    read_again(connection, before=timezone.now(), stop=lambda: False)


def due() -> set[str]:
    return set(Room.objects.exclude(due_at=None).values_list("chat__kind", flat=True))


@pytest.mark.usefixtures("nothing_is_waited_for")
def test_what_no_event_has_told_of_is_found_and_put_right(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    pupil = called("Сидорова")
    with rows.writing():
        chat_of("class").hand_seats.create(person=pupil, layer="blocked")
    synced(school)
    town.world.join(town.room(chat_of("class")), account(pupil))
    town.world.leave(town.room(chat_of("teachers")), account(called("Петрова")))
    night(connection)
    assert due() == {"class", "teachers"}
    (run,) = mended(connection)
    assert [step.operation for step in run.steps.all()] == ["remove_member"]
    assert Membership.objects.get(state=Membership.LEFT).member == account(called("Петрова"))
    night(connection)
    assert due() == set()


def test_what_waits_for_a_persons_approval_is_left_to_him(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with rows.writing():
        rows.enroll(rows.person("Новая", linked=True), SchoolClass.objects.get())
    town.let_in()
    night(connection)
    assert (due(), mended(connection)) == (set(), [])


@pytest.mark.parametrize("at_once", [1, 3, 500])
def test_every_room_is_read_once(
    town: Town, school: Organization, connection: Connection, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    for each in (school, other):
        synced(each)
    monkeypatch.setattr(nightly, "AT_ONCE", at_once)
    read: list[str] = []
    whole = MemoryMessenger.read

    def listed(self, rooms):  # type: ignore[no-untyped-def]
        read.extend(rooms)
        return whole(self, rooms)

    monkeypatch.setattr(MemoryMessenger, "read", listed)
    night(connection)
    assert sorted(read) == sorted(town.world.rooms)


def test_a_room_that_is_gone_is_told_of_once(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    del town.world.rooms[town.room(chat_of("class"))]
    for expected in ({"class"}, set()):
        Room.objects.update(due_at=None)
        night(connection)
        assert due() == expected
    assert Room.objects.get(chat=chat_of("class")).problem == "room_gone"


def test_a_night_of_trouble_ends_with_the_night(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    monkeypatch.setattr(nightly, "PAUSE", 0.0)
    troubles = [Transient("unreachable"), Refused("restricted"), Transient("timeout")]
    whole = MemoryMessenger.read

    def read(self, rooms):  # type: ignore[no-untyped-def]
        if troubles:
            raise troubles.pop()
        return whole(self, rooms)

    monkeypatch.setattr(MemoryMessenger, "read", read)
    read_again(connection, before=timezone.now() - nightly.NIGHT - timedelta(seconds=1), stop=lambda: False)
    assert len(troubles) == 3
    night(connection)
    assert (troubles, Room.objects.filter(read_at=None).count()) == ([], 0)


def test_a_refused_credential_stops_the_connection(
    town: Town, school: Organization, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)

    def read(self, rooms):  # type: ignore[no-untyped-def]
        raise Unauthorized("token_refused")

    monkeypatch.setattr(MemoryMessenger, "read", read)
    night(connection)
    assert Connection.objects.get().state == Connection.STOPPED


def test_a_worker_that_must_stop_hands_over(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    forget_the_queue()
    read_again(connection, before=timezone.now(), stop=lambda: True)
    assert waiting("sync.read_again") == 1


def test_the_night_begins_for_every_connection_that_works(
    town: Town, school: Organization, connection: Connection
) -> None:
    forget_the_queue()
    read_everything(stop=lambda: False)
    assert waiting("sync.read_again") == 1
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED)
    read_everything(stop=lambda: False)
    assert waiting("sync.read_again") == 1
