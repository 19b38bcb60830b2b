"""Reading chats."""

from __future__ import annotations

import time

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000


def make(sandbox: Sandbox, owner: Person, title: str, *people: Person) -> None:
    ids = ",".join(str(person.acting) for person in people)
    sandbox.response("messages.createChat", owner.token, title=title, user_ids=ids)


def titles(sandbox: Sandbox, person: Person, **parameters: object) -> list[str]:
    items = sandbox.response("messages.getConversations", person.token, **parameters)["items"]
    return [item["conversation"]["chat_settings"]["title"] for item in items]


def test_the_last_spoken_in_comes_first_and_only_own_chats_are_there(sandbox: Sandbox, owner: Person) -> None:
    pupil, stranger = sandbox.people(2)
    for title in ("а", "б", "в"):
        make(sandbox, owner, title, pupil)
    make(sandbox, stranger, "чужой")
    sandbox.response("messages.editChat", owner.token, chat_id=1, title="а2")
    assert titles(sandbox, owner) == titles(sandbox, pupil) == ["а2", "в", "б"]


def test_pages_follow_each_other(sandbox: Sandbox, owner: Person) -> None:
    for number in range(5):
        make(sandbox, owner, f"чат {number}")
    assert titles(sandbox, owner, count=2) == ["чат 4", "чат 3"]
    assert titles(sandbox, owner, count=2, offset=4) == ["чат 0"]
    answer = sandbox.response("messages.getConversations", owner.token, count=0)
    assert (answer["count"], answer["items"]) == (5, [])


def test_a_page_can_begin_at_a_message(sandbox: Sandbox, owner: Person) -> None:
    for number in range(3):
        make(sandbox, owner, f"чат {number}")
    second = sandbox.response("messages.getConversations", owner.token)["items"][1]["last_message"]["id"]
    assert titles(sandbox, owner, start_message_id=second) == ["чат 1", "чат 0"]


def test_nothing_is_unread(sandbox: Sandbox, owner: Person) -> None:
    make(sandbox, owner, "9А")
    assert titles(sandbox, owner, filter="unread") == []
    assert sandbox.error("messages.getConversations", owner.token, filter="mine")[0] == 100


def test_the_last_message_says_what_happened(sandbox: Sandbox, owner: Person) -> None:
    pupil, other = sandbox.people(2)
    make(sandbox, owner, "9А", pupil)

    def last(person: Person) -> dict[str, object]:
        message = sandbox.response("messages.getConversations", person.token)["items"][0]["last_message"]
        return {key: message[key] for key in ("action", "from_id", "out", "conversation_message_id", "peer_id")}

    created = {"type": "chat_create", "text": "9А"}
    whose = {"from_id": owner.acting, "peer_id": PEER + 1}
    assert last(owner) == whose | {"action": created, "out": 1, "conversation_message_id": 1}
    assert last(pupil) == whose | {"action": created, "out": 0, "conversation_message_id": 1}
    sandbox.response("messages.addChatUser", owner.token, chat_id=1, user_id=other.id)
    invited = {"type": "chat_invite_user", "member_id": other.id}
    assert last(pupil) == whose | {"action": invited, "out": 0, "conversation_message_id": 2}
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=other.id)
    kicked = {"type": "chat_kick_user", "member_id": other.id}
    assert last(owner) == whose | {"action": kicked, "out": 1, "conversation_message_id": 3}


def test_one_who_is_out_sees_the_chat_as_it_was(sandbox: Sandbox, owner: Person) -> None:
    left, kicked = sandbox.people(2)
    make(sandbox, owner, "9А", left, kicked)
    sandbox.response("messages.removeChatUser", left.token, chat_id=1, user_id=left.id)
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=kicked.id)
    sandbox.response("messages.editChat", owner.token, chat_id=1, title="9Б")

    def seen(person: Person) -> tuple[object, ...]:
        [item] = sandbox.response("messages.getConversations", person.token)["items"]
        conversation = item["conversation"]
        state = conversation["chat_settings"]["state"]
        return state, conversation["can_write"], item["last_message"]["conversation_message_id"]

    assert seen(owner) == ("in", {"allowed": True}, 4)
    assert seen(left) == ("left", {"allowed": False, "reason": 917}, 2)
    assert seen(kicked) == ("kicked", {"allowed": False, "reason": 917}, 3)
    for person in (left, kicked):
        refused = sandbox.error("messages.getConversationMembers", person.token, peer_id=PEER + 1)
        assert refused == (917, "You don't have access to this chat")


def test_one_who_came_back_sees_what_is_said_again(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    make(sandbox, owner, "9А", pupil)
    sandbox.response("messages.removeChatUser", pupil.token, chat_id=1, user_id=pupil.id)
    sandbox.response("messages.addChatUser", pupil.token, chat_id=1, user_id=pupil.id)
    sandbox.response("messages.editChat", owner.token, chat_id=1, title="9Б")
    [item] = sandbox.response("messages.getConversations", pupil.token)["items"]
    assert item["conversation"]["chat_settings"]["state"] == "in"
    assert item["last_message"]["action"] == {"type": "chat_title_update", "text": "9Б"}
    answer = sandbox.response("messages.getConversationMembers", owner.token, peer_id=PEER + 1)
    assert [item["invited_by"] for item in answer["items"]] == [owner.acting, pupil.id]


def test_conversations_come_in_the_order_asked_and_strange_peers_are_left_out(sandbox: Sandbox, owner: Person) -> None:
    [stranger] = sandbox.people(1)
    for title in ("а", "б"):
        make(sandbox, owner, title)
    asked = f"{PEER + 2},{PEER + 9},{stranger.id},{PEER + 1},-5"
    answer = sandbox.response("messages.getConversationsById", owner.token, peer_ids=asked)
    assert answer["count"] == 2
    assert [item["chat_settings"]["title"] for item in answer["items"]] == ["б", "а"]
    assert sandbox.response("messages.getConversationsById", stranger.token, peer_ids=PEER + 1)["items"] == []


def test_conversations_know_their_size_and_owner(sandbox: Sandbox, owner: Person) -> None:
    pupil, other = sandbox.people(2)
    make(sandbox, owner, "9А", pupil, other)
    sandbox.response("messages.removeChatUser", other.token, chat_id=1, user_id=other.id)
    [item] = sandbox.response("messages.getConversationsById", pupil.token, peer_ids=PEER + 1)["items"]
    assert item["chat_settings"]["members_count"] == 2
    assert item["chat_settings"]["owner_id"] == owner.acting
    assert item["chat_settings"]["acl"]["can_invite"] is False


def test_extended_answers_carry_the_people(sandbox: Sandbox, owner: Person) -> None:
    pupil, other = sandbox.people(2)
    make(sandbox, owner, "9А", pupil)
    sandbox.response("messages.addChatUser", owner.token, chat_id=1, user_id=other.id)
    for method, parameters in (
        ("messages.getConversations", {}),
        ("messages.getConversationsById", {"peer_ids": PEER + 1}),
    ):
        answer = sandbox.response(method, owner.token, extended=1, **parameters)
        assert {profile["id"] for profile in answer["profiles"]} == {owner.acting, other.id}
        assert answer["groups"] == []
    answer = sandbox.response("messages.getConversationMembers", owner.token, peer_id=PEER + 1, extended=1)
    assert {profile["id"] for profile in answer["profiles"]} == {owner.acting, pupil.id, other.id}


def test_members_carry_who_brought_them_and_when(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    before = int(time.time())
    make(sandbox, owner, "9А", pupil)
    answer = sandbox.response("messages.getConversationMembers", owner.token, peer_id=PEER + 1)
    dates = {item.pop("join_date") for item in answer["items"]}
    assert before <= min(dates) <= max(dates) <= time.time()
    assert answer["items"] == [
        {"member_id": owner.acting, "invited_by": owner.acting, "can_kick": False, "is_admin": True, "is_owner": True},
        {"member_id": pupil.id, "invited_by": owner.acting, "can_kick": True},
    ]


def test_a_large_chat_is_read_in_pages(sandbox: Sandbox, owner: Person) -> None:
    crowd = sandbox.people(1100)
    make(sandbox, owner, "Родительский чат", *crowd)
    pages = [
        sandbox.response("messages.getConversationMembers", owner.token, peer_id=PEER + 1, count=1000, offset=offset)
        for offset in (0, 1000)
    ]
    assert [(page["count"], len(page["items"])) for page in pages] == [(1101, 1000), (1101, 101)]
    found = [item["member_id"] for page in pages for item in page["items"]]
    assert found == [owner.acting, *(person.id for person in crowd)]


def test_members_can_be_asked_for_by_name(sandbox: Sandbox, owner: Person) -> None:
    pupil, stranger = sandbox.people(2)
    make(sandbox, owner, "9А", pupil)
    asked = f"{pupil.id},{stranger.id}"
    answer = sandbox.response("messages.getConversationMembers", owner.token, peer_id=PEER + 1, member_ids=asked)
    assert [item["member_id"] for item in answer["items"]] == [pupil.id]


def test_the_servers_clock_is_the_one_that_stamps(sandbox: Sandbox, owner: Person) -> None:
    before = int(time.time())
    assert before <= sandbox.response("utils.getServerTime", owner.token) <= time.time()


def test_what_one_has_deleted_for_oneself_is_neither_last_nor_unread(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    numbers = [
        sandbox.response("messages.send", owner.token, peer_id=pupil.id, message=text, random_id=0) for text in "абв"
    ]

    def shown(person: Person) -> list[tuple[str, int]]:
        items = sandbox.response("messages.getConversations", person.token)["items"]
        return [(item["last_message"]["text"], item["conversation"].get("unread_count", 0)) for item in items]

    sandbox.response("messages.delete", pupil.token, message_ids=f"{numbers[2]},{numbers[0]}")
    assert (shown(pupil), shown(owner)) == ([("б", 1)], [("в", 0)])
    [alone] = sandbox.response("messages.getConversationsById", pupil.token, peer_ids=owner.acting)["items"]
    assert (alone["last_message_id"], alone["unread_count"]) == (numbers[1], 1)
    sandbox.response("messages.delete", pupil.token, message_ids=numbers[1])
    assert (shown(pupil), shown(owner)) == ([], [("в", 0)])
    sandbox.response("messages.send", owner.token, peer_id=pupil.id, message="г", random_id=0)
    assert shown(pupil) == [("г", 1)]


def test_long_lists_of_numbers_hold_up_nobody(sandbox: Sandbox, owner: Person) -> None:
    make(sandbox, owner, "9А")
    many = ",".join(map(str, range(300_000)))
    asked = {"peer_id": PEER + 1, "member_ids": f"{owner.acting},{many}"}
    assert sandbox.response("messages.getConversationMembers", owner.token, **asked)["count"] == 1
    began = time.monotonic()
    assert len(sandbox.response("messages.getChat", owner.token, chat_ids=",".join(["1"] * 50_000))) == 1
    assert time.monotonic() - began < 10


def test_chats_are_found_by_title_and_dialogs_by_name(sandbox: Sandbox, owner: Person) -> None:
    [friend] = sandbox.people(1, first_name="Ёлка", last_name="Чернова")
    for title in ("9А класс", "9Б класс", "Учителя"):
        make(sandbox, owner, title, friend)
    sandbox.response("messages.send", owner.token, peer_id=friend.id, message="9А", random_id=0)

    def found(person: Person, **asked: object) -> list[int]:
        answer = sandbox.response("messages.searchConversations", person.token, **asked)
        assert answer["count"] >= len(answer["items"])
        return [item["peer"]["id"] for item in answer["items"]]

    assert found(owner, q="КЛАСС ") == [PEER + 2, PEER + 1]
    assert found(owner, q="класс", count=1) == [PEER + 2]
    assert (found(owner, q="ёлка"), found(owner, q="9А")) == ([friend.id], [PEER + 1])
    assert (found(owner, q="Ёлки"), found(owner)) == ([], [friend.id, PEER + 3, PEER + 2, PEER + 1])
    asked = {"q": "учит", "extended": 1}
    assert [
        one["id"] for one in sandbox.response("messages.searchConversations", owner.token, **asked)["profiles"]
    ] == [owner.acting]
    [stranger] = sandbox.people(1)
    assert found(stranger, q="класс") == []
