"""The state of rooms as VK tells it, in as few requests as it takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from peremena.core.errors import MessengerError, Refused, Unauthorized
from peremena.messengers.base import RoomState
from peremena.messengers.vk.calls import CALLS_PER_REQUEST, FIRST_CHAT_PEER, INSIDE, Call, members_call
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.errors import known_shape

MEMBERS_PER_CALL = 1000
ROOMS_PER_CALL = 100

CONVERSATIONS = "messages.getConversationsById"


class _Question(NamedTuple):
    """A call, and the rooms it asks about."""

    call: Call
    rooms: Sequence[str]


class Reading:
    """One look at some rooms: asks in full requests and gathers by room what comes back."""

    def __init__(self, rooms: Collection[str]) -> None:
        self._rooms = list(dict.fromkeys(rooms))
        self._settings: dict[str, dict[str, Any]] = {}
        self._members: dict[str, dict[int, bool]] = {room: {} for room in rooms}  # id -> is admin
        self._failed: dict[str, MessengerError] = {}
        self._questions = deque(
            [_about(part) for part in _parts(self._rooms, ROOMS_PER_CALL)]
            + [_Question(members_call(room), [room]) for room in self._rooms]
        )

    def run(self, client: VkClient) -> dict[str, RoomState | MessengerError]:
        """A state or an error for each room. Raises when not one room could be told."""
        while asked := self._next():
            try:
                values = client.ask([question.call for question in asked])
                with known_shape():
                    for question, value in zip(asked, values, strict=True):
                        self._take(question, value)
            except Unauthorized:
                raise
            except MessengerError as error:
                self._give_up(asked, error)
        return {room: self._result(room) for room in self._rooms}

    def _next(self) -> list[_Question]:
        asked: list[_Question] = []
        while self._questions and len(asked) < CALLS_PER_REQUEST:
            question = self._questions.popleft()
            if any(room not in self._failed for room in question.rooms):
                asked.append(question)
        return asked

    def _take(self, question: _Question, value: Any) -> None:
        if isinstance(value, MessengerError):
            self._take_failure(question, value)
        elif question.call.method == CONVERSATIONS:
            for item in value["items"]:
                self._settings[str(item["peer"]["id"] - FIRST_CHAT_PEER)] = item["chat_settings"]
        else:
            self._take_members(question, value)

    def _take_failure(self, question: _Question, error: MessengerError) -> None:
        if len(question.rooms) == 1:
            self._failed.setdefault(question.rooms[0], error)
        else:
            # One bad room can spoil the answer about a hundred [?]: ask about each by itself.
            self._questions.extend(_about([room]) for room in question.rooms)

    def _take_members(self, question: _Question, value: dict[str, Any]) -> None:
        (room,) = question.rooms
        for item in value["items"]:
            self._members[room][item["member_id"]] = bool(item.get("is_admin") or item.get("is_owner"))
        if "offset" not in question.call.params:
            for offset in range(MEMBERS_PER_CALL, value["count"], MEMBERS_PER_CALL):
                self._questions.append(_Question(members_call(room, offset=offset), [room]))

    def _give_up(self, asked: Sequence[_Question], error: MessengerError) -> None:
        unread = {room for question in (*asked, *self._questions) for room in question.rooms}
        self._questions.clear()
        if len(unread) == len(self._rooms):
            raise error
        for room in unread:
            self._failed.setdefault(room, error)

    def _result(self, room: str) -> RoomState | MessengerError:
        if room in self._failed:
            return self._failed[room]
        if room not in self._settings:
            return Refused("room_gone")
        settings, members = self._settings[room], self._members[room]
        if settings["state"] != INSIDE:
            return Refused("room_closed")
        owner = int(settings["owner_id"])
        people = {
            member: admin for member, admin in members.items() if member > 0 or member == owner
        }  # not communities
        return RoomState(
            title=settings["title"],
            owner=str(owner),
            members=frozenset(map(str, people)),
            admins=frozenset(str(member) for member, admin in people.items() if admin),
        )


def _about(rooms: Sequence[str]) -> _Question:
    peers = ",".join(str(FIRST_CHAT_PEER + int(room)) for room in rooms)
    return _Question(Call(CONVERSATIONS, {"peer_ids": peers}), rooms)


def _parts(rooms: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (rooms[start : start + size] for start in range(0, len(rooms), size))
