"""Looking for rooms of ours goes back in time no further than it must."""

from typing import Any

import pytest

from peremena.messengers.base import FoundRoom
from peremena.messengers.vk.calls import FIRST_CHAT_PEER, Call
from tests.messengers.scripted_vk import Failure, ScriptedVk

OURS, ANOTHER = 900, 901


class Inbox:
    """Conversations as VK lists them, newest activity first: (chat id, owner, began, last heard, pinned)."""

    def __init__(self, *chats: tuple[int, int, int, int | None, bool]) -> None:
        self.chats = chats

    def __call__(self, call: Call) -> Any:
        if call.method == "users.get":
            return [{"id": OURS, "first_name": "Школа", "last_name": "Учебная"}]
        if call.method == "messages.getConversations":
            start = int(call.params["offset"])
            page = self.chats[start : start + int(call.params["count"])]
            return {"count": len(self.chats), "items": [self.item(*chat) for chat in page]}
        (began,) = (chat[2] for chat in self.chats if chat[0] == int(call.params["peer_id"]) - FIRST_CHAT_PEER)
        return {"count": 1, "items": [{"member_id": OURS, "join_date": began}]}

    def item(self, chat: int, owner: int, began: int, heard: int | None, pinned: bool) -> dict[str, Any]:
        return {
            "conversation": {
                "peer": {"id": FIRST_CHAT_PEER + chat, "type": "chat"},
                "sort_id": {"major_id": 16 if pinned else 0, "minor_id": 1},
                "chat_settings": {"title": f"Чат {chat}", "owner_id": owner, "state": "in"},
            },
            **({} if heard is None else {"last_message": {"date": heard}}),
        }


def found(inbox: Inbox, began: float) -> tuple[list[FoundRoom], int]:
    vk = ScriptedVk(inbox)
    return list(vk.messenger.found_since(began)), len(vk.seen)


def test_rooms_of_ours_are_found_oldest_first_and_others_not():
    inbox = Inbox((3, OURS, 120, 130, False), (2, ANOTHER, 110, 125, False), (1, OURS, 105, 120, False))
    assert found(inbox, 100) == ([FoundRoom("1", "Чат 1", "900", 105), FoundRoom("3", "Чат 3", "900", 120)], 2)


def test_candidates_are_looked_at_by_25_in_a_request():
    rooms, requests = found(Inbox(*((chat, OURS, 105, 105, False) for chat in range(1, 31))), 100)
    assert (len(rooms), requests) == (30, 1 + 2)


def test_rooms_of_our_books_are_not_asked_about():
    inbox = Inbox(*((chat, OURS, 105, 105, False) for chat in range(1, 301)))
    vk = ScriptedVk(inbox)
    known = {str(chat) for chat in range(1, 300)}
    assert [room.external_id for room in vk.messenger.found_since(100, known)] == ["300"]
    assert len(vk.seen) == 1 + 1


def test_a_room_that_is_only_talked_in_is_not_new():
    assert found(Inbox((1, OURS, 50, 120, False)), 100) == ([], 2)


@pytest.mark.parametrize(("began", "rooms"), [(100.9, 1), (101.0, 0)])
def test_a_room_of_the_same_second_is_found(began, rooms):
    assert len(found(Inbox((1, OURS, 100, 100, False)), began)[0]) == rooms


def test_when_nothing_was_heard_since_one_request_tells():
    assert found(Inbox(*((chat, OURS, 10, 20, False) for chat in range(1, 3000))), 100) == ([], 1)


def test_pinned_conversations_do_not_end_the_search():
    old = [(chat, OURS, 10, 20, True) for chat in range(1, 1001)]
    assert found(Inbox(*old, (7777, OURS, 105, 105, False)), 100) == ([FoundRoom("7777", "Чат 7777", "900", 105)], 3)


def test_a_conversation_without_a_last_message_is_looked_at():
    assert found(Inbox((1, OURS, 105, None, False)), 100)[0] == [FoundRoom("1", "Чат 1", "900", 105)]


def test_a_dialogue_is_no_room():
    class Dialogue(Inbox):
        def item(self, *chat: Any) -> dict[str, Any]:
            item = super().item(*chat)
            del item["conversation"]["chat_settings"]
            return item

    assert found(Dialogue((1, OURS, 105, 105, False)), 100) == ([], 1)


def test_a_room_we_have_left_is_not_ours_any_more():
    class Left(Inbox):
        def item(self, *chat: Any) -> dict[str, Any]:
            item = super().item(*chat)
            item["conversation"]["chat_settings"]["state"] = "left"
            return item

    assert found(Left((1, OURS, 105, 105, False)), 100) == ([], 1)


def test_a_room_that_closes_while_we_look_is_passed_over():
    class Closing(Inbox):
        def __call__(self, call: Call) -> Any:
            return Failure(917) if call.method == "messages.getConversationMembers" else super().__call__(call)

    assert found(Closing((1, OURS, 105, 105, False)), 100) == ([], 2)


def test_an_empty_inbox_has_nothing():
    assert found(Inbox(), 100) == ([], 1)
