"""What the long poll of VK tells of our rooms, over real HTTP against the stand-in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from peremena.core.errors import Transient, Unauthorized, Unsupported
from peremena.core.operations import AddMember, CreateChat, InviteMember, RemoveMember, RenameChat
from peremena.messengers.base import Credential, Heard
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.events import POLLS, Server, VkEvents, listen_to_vk
from peremena.messengers.vk.messenger import client_for
from peremena.wire.listening import Listening
from peremena.wire.secret import Secret
from tests.messengers.harness import chat, settle
from tests.messengers.sandbox import VkHarness
from tests.wire.places import free


@pytest.fixture(params=["user", "community"])
def heard_by(request: pytest.FixtureRequest) -> Iterator[VkHarness]:
    """A connection of either kind."""
    yield request.getfixturevalue("vk" if request.param == "user" else "vk_community")


class Ear:
    """Listens as the listener does, from the moment it is made."""

    def __init__(self, harness: VkHarness) -> None:
        self.harness = harness
        self.kind = "user" if harness.kind.adds_members else "community"
        self.loop = asyncio.new_event_loop()
        self.events = self.opened()
        self.position = self.next("").position

    def opened(self, token: str = "") -> VkEvents:
        own = self.harness.tokens[self.harness.account]
        credential = Credential(self.kind, Secret(token or own))
        return listen_to_vk(self.harness.config, credential, free, self.harness.account)

    def next(self, position: str) -> Heard:
        return self.loop.run_until_complete(asyncio.wait_for(self.events.next(position), 10))

    def hears(self) -> frozenset[str]:
        """The rooms of the next piece of news in which others did something."""
        return self.news().rooms

    def news(self) -> Heard:
        heard = self.next(self.position)
        self.position = heard.position
        assert not heard.gap
        return heard

    def close(self) -> None:
        self.loop.run_until_complete(self.events.close())
        self.loop.close()


@pytest.fixture
def ear(heard_by: VkHarness) -> Iterator[Ear]:
    ear = Ear(heard_by)
    yield ear
    ear.close()


def room_of(harness: VkHarness, *members: str) -> str:
    """A room with these members, whatever brings them in."""
    rooms: dict[Any, str] = {}
    settle(harness.messenger, [CreateChat(chat(), "Чат 1")], rooms)
    for member in members:
        harness.join(rooms[chat()], member)
    return rooms[chat()]


ACTS: dict[str, Callable[[VkHarness, str], object]] = {
    "somebody goes by himself": lambda vk, room: vk.leave(room, vk.people[0]),
    "somebody comes by the link": lambda vk, room: vk.come_by_link(room, vk.people[5]),
}


def drain(ear: Ear) -> None:
    """Whatever has happened so far has been heard."""
    fresh = ear.opened()
    ear.position = ear.loop.run_until_complete(fresh.next("")).position
    ear.loop.run_until_complete(fresh.close())


@pytest.mark.parametrize("act", ACTS)
def test_what_others_do_in_a_room_is_heard(ear: Ear, act: str) -> None:
    room = room_of(ear.harness, *ear.harness.people[:2])
    drain(ear)
    ACTS[act](ear.harness, room)
    assert ear.hears() == {room}


def test_what_our_own_account_does_is_told_apart(ear: Ear) -> None:
    vk = ear.harness
    rooms = {chat(): room_of(vk, vk.people[0])}
    other = room_of(vk, vk.people[3])
    drain(ear)
    entrance = AddMember if vk.kind.adds_members else InviteMember
    own = [RenameChat(chat(), "Новый"), entrance(chat(), vk.people[1]), RemoveMember(chat(), vk.people[0])]
    settle(vk.messenger, own, rooms)
    vk.leave(other, vk.people[3])
    heard = ear.news()
    assert (heard.rooms, heard.own) == ({other}, {rooms[chat()]})


def test_a_title_given_by_somebody_else_is_heard(vk: VkHarness) -> None:
    """By an administrator of the room's own: it takes the role to be given."""
    ear = Ear(vk)
    update = [4, 1, 0, 2_000_000_007, 1, "", {"source_act": "chat_title_update", "from": vk.people[0]}, {}, 0]
    own = [4, 1, 2, 2_000_000_008, 1, "", {"source_act": "chat_title_update", "from": vk.account}, {}, 0]
    said = [4, 1, 0, 2_000_000_009, 1, "привет", {"from": vk.people[0]}, {}, 0]
    short = [7, 2_000_000_007, 5]
    heard = ear.events._heard({"ts": 5, "updates": [update, own, said, short]}, "4")
    assert heard == Heard(frozenset({"7"}), "5", own=frozenset({"8"}))
    ear.close()


def test_listening_goes_on_where_it_stopped(ear: Ear) -> None:
    """Another process, another key, the same position."""
    room = room_of(ear.harness, ear.harness.people[0])
    drain(ear)
    ear.harness.leave(room, ear.harness.people[0])
    ear.events = ear.opened()
    assert ear.hears() == {room}


def test_a_key_that_is_not_known_any_more_is_asked_for_anew(ear: Ear) -> None:
    room = room_of(ear.harness, ear.harness.people[0])
    drain(ear)
    server = ear.events._server
    assert server is not None
    ear.events._server = server._replace(key=Secret("forgotten"))
    ear.harness.leave(room, ear.harness.people[0])
    assert ear.hears() == frozenset()
    assert ear.hears() == {room}


def test_a_position_nobody_knows_is_a_gap(ear: Ear) -> None:
    heard = ear.next("999999999")
    assert (heard.gap, heard.rooms) == (True, frozenset())
    assert ear.next("").position == heard.position


def test_a_refused_credential_is_told(ear: Ear) -> None:
    ear.events = ear.opened("vk1.a.nobody")
    with pytest.raises(Unauthorized):
        ear.next("1")


# --- what the stand-in cannot be brought to say


def scripted(answer: Any) -> VkEvents:
    """A poll that is always answered so."""
    config = VkConfig(api_url="http://127.0.0.1:1")
    transport = httpx2.MockTransport(lambda request: answer)
    client = client_for(config, Credential("user", Secret("token")), free)
    events = VkEvents(config, client, POLLS["user"], "1", Listening(wait=1.0, transport=transport))
    events._server = Server("http://127.0.0.1:1/poll", Secret("key"), "1")
    return events


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(502, text="<html>"), Transient),
        (httpx2.Response(200, text="<html>"), Transient),
        (httpx2.Response(200, json=[]), Transient),
        (httpx2.Response(200, json={"ts": 1}), Transient),
        (httpx2.Response(200, json={"failed": 4}), Unsupported),
    ],
)
def test_an_answer_that_says_nothing_is_no_news(answer: httpx2.Response, error: type[Exception]) -> None:
    with pytest.raises(error):
        asyncio.run(scripted(answer).next("1"))


def test_when_key_and_position_are_lost_listening_begins_anew() -> None:
    assert asyncio.run(scripted(httpx2.Response(200, json={"failed": 3})).next("1")) == Heard(frozenset(), "")


def test_a_poll_is_never_sent_unencrypted_over_a_network(vk: VkHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = Ear(vk)
    ear.events._server = None
    value = {"server": "http://vk.invalid/poll", "key": "k", "ts": 1}
    monkeypatch.setattr(ear.events._client, "value_of", lambda call: value)
    with pytest.raises(Transient, match="garbled"):
        ear.next("1")
    ear.close()
