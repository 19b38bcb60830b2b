"""The listener: who listens to which connection, what it writes down, and what it does when nothing can be heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from peremena.core.errors import Transient, Unauthorized
from peremena.messengers.base import Heard
from peremena.messengers.registry import MESSENGERS
from peremena.school.models import Connection, Organization, Room
from peremena.sync import events
from peremena.sync.events import OURS_FOR, Ears, give_back, lease, mark
from peremena.sync.models import Listener, Run, Step
from tests import school_rows as rows
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import Town, chat_of, lesser, synced

WITHIN = 10.0  # seconds


@pytest.fixture
def town(town: Town) -> Town:
    town.can = lesser(events=True)
    return town


def due() -> set[str]:
    return set(Room.objects.exclude(due_at=None).values_list("chat__kind", flat=True))


# --- leases


def test_a_connection_is_listened_to_by_one_process(town: Town, school: Organization, connection: Connection) -> None:
    assert (lease("first"), lease("second"), lease("first")) == ({connection.pk}, set(), {connection.pk})


def test_a_lease_that_has_run_out_is_anybodys(town: Town, school: Organization, connection: Connection) -> None:
    lease("first")
    Listener.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert (lease("second"), lease("first")) == ({connection.pk}, set())


def test_what_is_given_back_is_free_at_once(town: Town, school: Organization, connection: Connection) -> None:
    lease("first")
    give_back("first")
    assert lease("second") == {connection.pk}


def test_a_connection_that_is_stopped_or_tells_nothing_is_not_listened_to(
    town: Town, school: Organization, connection: Connection
) -> None:
    town.can = lesser(events=False)
    assert lease("first") == set()
    town.can = lesser(events=True)
    with rows.writing():
        Connection.objects.update(state=Connection.STOPPED)
    assert lease("first") == set()


# --- what was heard


def test_only_rooms_that_were_heard_of_are_due(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    forget_the_queue()
    lease("first")
    room = town.room(chat_of("class"))
    assert mark(connection.pk, "first", Heard(frozenset({room, "no room of ours"}), "17"))
    assert (due(), Listener.objects.get().position, waiting("sync.mend")) == ({"class"}, "17", 1)


def test_what_our_own_account_does_points_to_a_room_where_we_have_sent_nothing_lately(
    town: Town, school: Organization, connection: Connection
) -> None:
    """A person may act with it by hand."""
    synced(school)
    lease("first")
    own = frozenset({town.room(chat_of("class")), town.room(chat_of("parents"))})
    assert mark(connection.pk, "first", Heard(frozenset(), "17", own=own))
    assert due() == set()
    long_ago = timezone.now() - OURS_FOR
    Run.objects.update(due_at=long_ago, finished_at=long_ago)
    assert mark(connection.pk, "first", Heard(frozenset(), "18", own=own))
    assert due() == {"class", "parents"}
    Room.objects.update(due_at=None)
    Step.objects.filter(chat=chat_of("class")).update(state=Step.SENT)
    assert mark(connection.pk, "first", Heard(frozenset(), "19", own=own))
    assert due() == {"parents"}


def test_after_a_gap_every_room_is_due(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    lease("first")
    assert mark(connection.pk, "first", Heard(frozenset(), "17", gap=True))
    assert due() == {"teachers", "class", "parents", "subject"}


def test_silence_wakes_nobody(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    forget_the_queue()
    lease("first")
    assert mark(connection.pk, "first", Heard(frozenset({"no room of ours"}), "17"))
    assert (due(), waiting("sync.mend")) == (set(), 0)


def test_who_has_lost_the_lease_writes_nothing(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    lease("first")
    Listener.objects.update(holder="second", position="20")
    assert not mark(connection.pk, "first", Heard(frozenset({town.room(chat_of("class"))}), "17"))
    assert (due(), Listener.objects.get().position) == (set(), "20")


# --- the whole of it, in an event loop and with threads


@pytest.fixture
def free_town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Other threads see what is written."""
    town = Town(can=lesser(events=True))
    monkeypatch.setitem(MESSENGERS, "vk", town.kind())
    monkeypatch.setattr(events, "RENEW", 0.02)
    return town


@pytest.fixture
def free_school(free_town: Town) -> Organization:
    with rows.writing():
        region = rows.region("region")
        rows.connection(region)
        school = rows.small_school("demo", parent=region)
    free_town.let_in()
    synced(school)
    return school


def listening(until: Callable[[], object], *, ears: int = 1) -> None:
    """As many processes listen as `ears` says, until `until()` is true."""

    async def run() -> None:
        tasks = [asyncio.create_task(Ears().run(sole=False)) for _ in range(ears)]
        ends = time.monotonic() + WITHIN
        while not await events.in_database(until):
            assert time.monotonic() < ends, "nothing came of it"
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())


def position() -> str:
    return Listener.objects.values_list("position", flat=True).first() or ""


def test_what_is_heard_makes_rooms_due_and_the_next_listener_goes_on_from_there(
    free_town: Town, free_school: Organization
) -> None:
    room = free_town.room(chat_of("class"))
    free_town.news = [Heard(frozenset(), "1", gap=False), Heard(frozenset({room}), "2")]
    listening(lambda: position() == "2")
    assert due() == {"class"}
    free_town.news = [Heard(frozenset(), "3")]
    listening(lambda: position() == "3")
    assert free_town.positions[:2] == ["", "1"] and "2" in free_town.positions[2:]


def test_two_processes_hear_everything_once(free_town: Town, free_school: Organization) -> None:
    free_town.news = [Heard(frozenset(), str(number)) for number in range(1, 30)]
    listening(lambda: position() == "29", ears=2)
    assert sorted(set(free_town.positions)) == sorted(["", *(str(number) for number in range(1, 30))])
    assert len(free_town.positions) == 30


def test_trouble_ends_no_listening(free_town: Town, free_school: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SHORTEST_REST", 0.0)
    free_town.news = [Transient("cut_off", retry_after=0.0), RuntimeError("a mistake of ours"), Heard(frozenset(), "5")]
    listening(lambda: position() == "5")


def test_a_refused_credential_stops_the_connection(free_town: Town, free_school: Organization) -> None:
    free_town.news = [Unauthorized("token_refused")]
    listening(lambda: Connection.objects.get().state == Connection.STOPPED)


def test_when_it_ends_its_connections_are_free(free_town: Town, free_school: Organization) -> None:
    listening(Listener.objects.exclude(holder="").exists)
    assert lease("somebody else") == {Connection.objects.get().pk}
