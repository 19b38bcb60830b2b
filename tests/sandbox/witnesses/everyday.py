"""What every client that can call any method goes through: inherit `Everyday` and give it a fixture `client`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import pytest

from tests.sandbox.process import Person
from tests.sandbox.witnesses.stand import CHATS, Community, Stand

NOBODY = 999_999_999  # an id nobody has


class Client(Protocol):
    def call(self, token: str, method: str, **parameters: Any) -> Any:
        """The answer, in plain values of JSON."""

    def refused(self, token: str, method: str, **parameters: Any) -> int:
        """The number of the error, taken from the client's own type of exception."""


class School:
    """An owner and a pupil in a chat named 9А, a stranger, one who was removed, and a community with a chat of its own."""

    def __init__(self, client: Client, stand: Stand) -> None:
        self.client, self.stand = client, stand
        self.owner, self.pupil, self.removed, self.stranger = stand.people(4)
        self.community: Community = stand.community()
        people = [self.pupil.id, self.removed.id]
        self.call(self.owner, "messages.createChat", title="9А", user_ids=people)
        self.call(self.owner, "messages.removeChatUser", chat_id=1, user_id=self.removed.id)
        self.call(self.community, "messages.createChat", title="Объявления")

    def call(self, who: Person | Community, method: str, **parameters: Any) -> Any:
        return self.client.call(who.token, method, **parameters)


Refusal = tuple[int, Callable[[School], str], str, Callable[[School], dict[str, Any]]]

# How each error comes about when nobody orders a fault.
REFUSALS: dict[str, Refusal] = {
    "a token nobody has": (5, lambda school: "vk1.a.nobody", "users.get", lambda school: {}),
    "a community adding people": (
        27,
        lambda school: school.community.token,
        "messages.addChatUser",
        lambda school: {"chat_id": 1, "user_id": school.stranger.id},
    ),
    "one who is in already": (
        15,
        lambda school: school.owner.token,
        "messages.addChatUser",
        lambda school: {"chat_id": 1, "user_id": school.pupil.id},
    ),
    "an empty title": (100, lambda school: school.owner.token, "messages.createChat", lambda school: {"title": ""}),
    "a look into a chat one was removed from": (
        917,
        lambda school: school.removed.token,
        "messages.getConversationMembers",
        lambda school: {"peer_id": CHATS + 1},
    ),
    "a new title by one who is no administrator": (
        925,
        lambda school: school.pupil.token,
        "messages.editChat",
        lambda school: {"chat_id": 1, "title": "мой"},
    ),
    "removing one who is not in": (
        935,
        lambda school: school.owner.token,
        "messages.removeChatUser",
        lambda school: {"chat_id": 1, "user_id": school.stranger.id},
    ),
    "adding one who is not there": (
        936,
        lambda school: school.owner.token,
        "messages.addChatUser",
        lambda school: {"chat_id": 1, "user_id": NOBODY},
    ),
}

Answer = tuple[str, Callable[[School], dict[str, Any]]]
# Who asks for what, besides chats and messages.
ANSWERS: dict[str, Answer] = {
    "account.getAppPermissions": ("owner", lambda school: {"user_id": school.owner.id}),
    "account.getInfo": ("owner", lambda school: {}),
    "account.getProfileInfo": ("owner", lambda school: {}),
    "calls.start": ("owner", lambda school: {}),
    "calls.forceFinish": ("owner", lambda school: {"call_id": "00000000-0000-4000-8000-000000000000"}),
    "docs.getMessagesUploadServer": ("owner", lambda school: {"peer_id": CHATS + 1}),
    "groups.getById": ("community", lambda school: {}),
    "groups.getLongPollServer": ("community", lambda school: {"group_id": school.community.id}),
    "groups.getLongPollSettings": ("community", lambda school: {"group_id": school.community.id}),
    "groups.getMembers": ("community", lambda school: {"group_id": str(school.community.id)}),
    "groups.getTokenPermissions": ("community", lambda school: {}),
    "messages.getLongPollServer": ("owner", lambda school: {"need_pts": 1}),
    "photos.getChatUploadServer": ("owner", lambda school: {"chat_id": 1}),
    "photos.getMessagesUploadServer": ("owner", lambda school: {"peer_id": CHATS + 1}),
    "users.get": ("owner", lambda school: {"user_ids": [school.owner.id, school.pupil.id]}),
    "utils.getServerTime": ("owner", lambda school: {}),
    "utils.resolveScreenName": ("owner", lambda school: {"screen_name": f"id{school.pupil.id}"}),
}


class Everyday:
    @pytest.fixture
    def school(self, client: Client, stand: Stand) -> School:
        return School(client, stand)

    def test_a_chat_is_made_filled_renamed_and_emptied(self, client: Client, stand: Stand) -> None:
        owner, first, second = stand.people(3)
        made = client.call(owner.token, "messages.createChat", title="9А", user_ids=[first.id])
        assert (made["chat_id"], made["peer_ids"]) == (1, [first.id])
        assert client.call(owner.token, "messages.addChatUser", chat_id=1, user_id=second.id) == 1
        assert client.call(owner.token, "messages.editChat", chat_id=1, title="9Б") == 1
        assert client.call(owner.token, "messages.removeChatUser", chat_id=1, user_id=first.id) == 1
        members = client.call(owner.token, "messages.getConversationMembers", peer_id=CHATS + 1)
        assert [(member["member_id"], member.get("is_owner")) for member in members["items"]] == [
            (owner.id, True),
            (second.id, None),
        ]
        chat = client.call(owner.token, "messages.getChat", chat_id=1)
        assert (chat["title"], chat["admin_id"], chat["users"]) == ("9Б", owner.id, [owner.id, second.id])

    def test_conversations_are_listed_and_read(self, school: School) -> None:
        listed = school.call(school.pupil, "messages.getConversations", count=5)
        [title] = [item["conversation"]["chat_settings"]["title"] for item in listed["items"]]
        by_id = school.call(school.pupil, "messages.getConversationsById", peer_ids=[CHATS + 1])
        assert (title, [item["peer"]["local_id"] for item in by_id["items"]]) == ("9А", [1])
        assert school.call(school.pupil, "messages.searchConversations", q="9а")["items"] == by_id["items"]
        school.call(school.owner, "messages.send", peer_id=CHATS + 1, message="Урок", random_id=0)
        unread = school.call(school.pupil, "messages.getConversations", count=5)["items"][0]["conversation"]
        assert unread["unread_count"] == 1
        assert school.call(school.pupil, "messages.markAsRead", peer_id=CHATS + 1) == 1
        assert school.call(school.pupil, "messages.deleteConversation", peer_id=CHATS + 1)["last_deleted_id"] > 0
        assert school.call(school.pupil, "messages.getConversations", count=5)["count"] == 0

    def test_messages_are_sent_found_mended_pinned_and_deleted(self, school: School) -> None:
        chat = CHATS + 1
        pts = school.call(school.pupil, "messages.getLongPollServer", need_pts=1)["pts"]
        assert school.call(school.owner, "messages.setActivity", peer_id=chat, type="typing") == 1
        number = school.call(school.owner, "messages.send", peer_id=chat, message="Урок в 8", random_id=1)
        assert school.call(school.owner, "messages.edit", peer_id=chat, message_id=number, message="Урок в 9") == 1
        [last] = school.call(school.pupil, "messages.getHistory", peer_id=chat, count=1)["items"]
        assert (last["id"], last["text"], last["from_id"]) == (number, "Урок в 9", school.owner.id)
        [found] = school.call(school.pupil, "messages.getById", message_ids=[number])["items"]
        place = found["conversation_message_id"]
        by_place = {"peer_id": chat, "conversation_message_ids": [place]}
        [same] = school.call(school.pupil, "messages.getByConversationMessageId", **by_place)["items"]
        assert same["text"] == found["text"] == "Урок в 9"
        sought = school.call(school.pupil, "messages.search", q="урок", peer_id=chat, extended=1)
        assert (sought["count"], sought["items"]) == (1, [found])
        assert [one["peer"]["id"] for one in sought["conversations"]] == [chat]
        pinned = school.call(school.owner, "messages.pin", peer_id=chat, cmid=place)
        assert pinned["conversation_message_id"] == place
        assert school.call(school.owner, "messages.unpin", peer_id=chat) == 1
        missed = school.call(school.pupil, "messages.getLongPollHistory", pts=pts)
        assert (4, number) in [tuple(update[:2]) for update in missed["history"]]
        [gone] = school.call(school.owner, "messages.delete", message_ids=[number], delete_for_all=1)
        assert (gone["message_id"], gone["response"]) == (number, 1)

    def test_the_link_of_a_community_brings_people_in(self, school: School) -> None:
        link = school.call(school.community, "messages.getInviteLink", peer_id=CHATS + 1)["link"]
        seen = school.call(school.stranger, "messages.getChatPreview", link=link)["preview"]
        assert (seen["title"], seen["members_count"]) == ("Объявления", 1)
        assert school.call(school.stranger, "messages.joinChatByInviteLink", link=link)["chat_id"] == 1
        members = school.call(school.community, "messages.getConversationMembers", peer_id=CHATS + 1)["items"]
        assert [member["member_id"] for member in members] == [-school.community.id, school.stranger.id]

    @pytest.mark.parametrize("method", ANSWERS)
    def test_the_method_is_answered(self, school: School, method: str) -> None:
        who, parameters = ANSWERS[method]
        assert school.call(getattr(school, who), method, **parameters(school)) is not None
        assert school.stand.answered(method) == 1

    @pytest.mark.parametrize("case", REFUSALS)
    def test_a_refusal_is_an_exception_of_the_clients_own(self, school: School, client: Client, case: str) -> None:
        code, token, method, parameters = REFUSALS[case]
        assert client.refused(token(school), method, **parameters(school)) == code
