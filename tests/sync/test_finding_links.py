"""A worker finds the link into a room, once, and whatever goes wrong with it hurts nobody."""

from __future__ import annotations

import pytest

from peremena.core.errors import MessengerError, Refused, Transient, Unauthorized
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Connection, Organization, Room
from peremena.sync.links import ask_for_link, find_link, link_of
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import Town, chat_of, synced


@pytest.fixture
def room(town: Town, school: Organization) -> Room:
    synced(school)
    forget_the_queue()
    return Room.objects.get(chat=chat_of("class"))


def found(room: Room) -> str:
    find_link(room.pk)
    room.refresh_from_db()
    return link_of(room)


def test_the_link_is_kept_sealed_and_not_asked_for_again(
    town: Town, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = found(room)
    assert link == town.world.rooms[room.external_id].link != ""
    assert link.encode() not in bytes(room.invite_link)
    monkeypatch.setattr(MemoryMessenger, "link", None)
    assert found(room) == link


def test_many_who_want_it_ask_once(room: Room) -> None:
    for _ in range(3):
        ask_for_link(room)
    assert waiting("sync.find_link") == 1


@pytest.mark.parametrize("error", [Refused("vk_919"), Transient("too_fast", 1.0), Refused("room_gone")])
def test_a_refusal_leaves_everything_as_it_is(
    room: Room, monkeypatch: pytest.MonkeyPatch, error: MessengerError
) -> None:
    monkeypatch.setattr(MemoryMessenger, "link", lambda self, room: (_ for _ in ()).throw(error))
    assert found(room) == ""
    assert Connection.objects.get().state == Connection.READY


def test_a_refused_credential_stops_the_connection(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    error = Unauthorized("token_refused")
    monkeypatch.setattr(MemoryMessenger, "link", lambda self, room: (_ for _ in ()).throw(error))
    assert found(room) == ""
    assert Connection.objects.get().state == Connection.STOPPED


def test_a_room_that_is_only_being_made_has_none(town: Town, room: Room) -> None:
    Room.objects.filter(pk=room.pk).update(external_id="")
    assert found(room) == ""
