"""Rooms are read in the fewest requests, whatever VK answers."""

from math import ceil
from typing import Any

import httpx2
import pytest

from peremena.core.errors import MessengerError, Transient, Unauthorized
from peremena.messengers.base import RoomState
from peremena.messengers.vk.calls import FIRST_CHAT_PEER, Call
from tests.messengers.scripted_vk import Failure, ScriptedVk

OURS = 900


class Rooms:
    """Chats as VK would describe them: id -> members, the owner first. `broken` answer with a code of their own."""

    def __init__(self, chats: dict[int, list[int]], broken: dict[int, int] | None = None) -> None:
        self.chats, self.broken = chats, broken or {}

    def __call__(self, call: Call) -> Any:
        if call.method == "messages.getConversationsById":
            peers = [int(peer) - FIRST_CHAT_PEER for peer in str(call.params["peer_ids"]).split(",")]
            failing = [self.broken[peer] for peer in peers if peer in self.broken]
            return Failure(failing[0]) if failing else {"items": [self.conversation(peer) for peer in peers]}
        chat = int(call.params["peer_id"]) - FIRST_CHAT_PEER
        if chat in self.broken:
            return Failure(self.broken[chat])
        offset = int(call.params.get("offset", 0))
        page = self.chats[chat][offset : offset + int(call.params["count"])]
        return {"count": len(self.chats[chat]), "items": [self.member(member) for member in page]}

    def conversation(self, chat: int) -> dict[str, Any]:
        settings = {"title": f"Чат {chat}", "owner_id": OURS, "state": "in"}
        return {"peer": {"id": FIRST_CHAT_PEER + chat, "type": "chat"}, "chat_settings": settings}

    def member(self, member: int) -> dict[str, Any]:
        return {"member_id": member, **({"is_admin": True} if member == OURS else {})}


def told(states: dict[str, RoomState | MessengerError]) -> dict[str, object]:
    return {
        room: state.reason if isinstance(state, MessengerError) else sorted(state.members)
        for room, state in states.items()
    }


def test_a_room_is_read_with_its_title_owner_members_and_admins():
    state = ScriptedVk(Rooms({7: [OURS, 501, 502]})).messenger.read(["7"])
    assert state == {"7": RoomState("Чат 7", "900", frozenset({"900", "501", "502"}), frozenset({"900"}))}


def test_communities_are_not_people():
    state = ScriptedVk(Rooms({7: [OURS, 501, -12345]})).messenger.read(["7"])
    assert told(state) == {"7": ["501", "900"]}


@pytest.mark.parametrize("rooms", [0, 1, 24, 25, 49, 100, 200])
def test_rooms_take_as_few_requests_as_their_calls_allow(rooms):
    vk = ScriptedVk(Rooms({room: [OURS] for room in range(1, rooms + 1)}))
    states = vk.messenger.read([str(room) for room in range(1, rooms + 1)])
    assert (len(states), len(vk.seen)) == (rooms, ceil((rooms + ceil(rooms / 100)) / 25))
    assert (vk.messenger.requests.read, vk.messenger.requests.write) == (len(vk.seen), 0)


def test_a_crowded_room_is_read_by_pages_of_a_thousand():
    people = [OURS, *range(1, 2500)]
    vk = ScriptedVk(Rooms({7: people}))
    states = vk.messenger.read(["7"])
    assert states["7"].members == frozenset(map(str, people))
    offsets = [call.params.get("offset") for call in vk.seen[1]]
    assert (len(vk.seen), offsets) == (2, [1000, 2000])


def test_one_room_that_is_gone_does_not_hide_the_others():
    vk = ScriptedVk(Rooms({7: [OURS], 9: [OURS, 501]}, broken={8: 927}))
    assert told(vk.messenger.read(["7", "8", "9"])) == {"7": ["900"], "8": "room_gone", "9": ["501", "900"]}
    assert vk.methods()[1] == [
        "getConversationsById",
        "getConversationsById",
    ]  # 8 has failed by itself: not asked again


@pytest.mark.parametrize("state", ["kicked", "left", "out"])
def test_a_room_we_are_not_inside_of_is_closed(state):
    rooms = Rooms({7: [OURS]})
    rooms.conversation = lambda chat: {  # type: ignore[method-assign]
        "peer": {"id": FIRST_CHAT_PEER + chat},
        "chat_settings": {"title": "", "owner_id": OURS, "state": state},
    }
    assert told(ScriptedVk(rooms).messenger.read(["7"])) == {"7": "room_closed"}


def test_a_room_vk_says_nothing_about_is_gone():
    def answer(call: Call) -> Any:
        return {"items": []} if call.method == "messages.getConversationsById" else Rooms({7: [OURS]})(call)

    assert told(ScriptedVk(answer).messenger.read(["7"])) == {"7": "room_gone"}


def test_the_same_room_asked_twice_is_read_once():
    vk = ScriptedVk(Rooms({7: [OURS]}))
    assert told(vk.messenger.read(["7", "7"])) == {"7": ["900"]}
    assert vk.methods() == [["getConversationsById", "getConversationMembers"]]


def fails_from_request(number: int, rooms: Rooms, error: Exception | None) -> ScriptedVk:
    def answer(call: Call) -> Any:
        if len(vk.seen) >= number:
            if error is None:
                return {"items": 7}
            raise error
        return rooms(call)

    vk = ScriptedVk(answer)
    return vk


@pytest.mark.parametrize(
    ("error", "reason"), [(httpx2.ReadError("reset"), "cut_off"), (None, "garbled")], ids=["cut off", "garbled"]
)
def test_what_was_read_before_the_trouble_is_kept(error, reason):
    vk = fails_from_request(2, Rooms({room: [OURS] for room in range(1, 31)}), error)
    states = told(vk.messenger.read([str(room) for room in range(1, 31)]))
    assert states == {str(room): ["900"] if room <= 24 else reason for room in range(1, 31)}


def test_when_nothing_could_be_read_the_trouble_is_raised():
    with pytest.raises(Transient, match="ReadError"):
        fails_from_request(1, Rooms({7: [OURS]}), httpx2.ReadError("reset")).messenger.read(["7"])


def test_a_refused_credential_is_raised_even_in_the_middle():
    vk = ScriptedVk(Rooms({room: [OURS] for room in range(1, 31)}))

    def refuse_the_second(request: httpx2.Request) -> httpx2.Response:
        return vk.respond(request) if not vk.seen else httpx2.Response(200, json={"error": {"error_code": 5}})

    vk.transport.handler = refuse_the_second
    with pytest.raises(Unauthorized):
        vk.messenger.read([str(room) for room in range(1, 31)])
