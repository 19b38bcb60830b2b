"""Saying something, and reading what was said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000


@pytest.fixture
def pupil(sandbox: Sandbox, owner: Person) -> Person:
    """One who is with the owner in a chat named 9А, the first chat of both."""
    [person] = sandbox.people(1)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=person.id)
    return person


def say(sandbox: Sandbox, person: Person, text: str, peer: int = PEER + 1, random_id: int = 0) -> int:
    sent = sandbox.response("messages.send", person.token, peer_id=peer, message=text, random_id=random_id)
    return int(sent)


def heard(sandbox: Sandbox, token: str, peer: int = PEER + 1, **page: Any) -> list[str]:
    """What is said, the last first; service messages by the name of the act."""
    items = sandbox.response("messages.getHistory", token, peer_id=peer, **page)["items"]
    return [item.get("action", {}).get("type") or item["text"] for item in items]


def conversation(sandbox: Sandbox, person: Person, **parameters: Any) -> dict[str, Any]:
    [item] = sandbox.response("messages.getConversations", person.token, **parameters)["items"]
    shown: dict[str, Any] = item["conversation"]
    return shown


def test_everybody_in_the_chat_reads_what_was_said(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    number = say(sandbox, pupil, "Здравствуйте")
    [said, _] = sandbox.response("messages.getHistory", owner.token, peer_id=PEER + 1)["items"]
    assert said == {
        "id": number,
        "conversation_message_id": 2,
        "peer_id": PEER + 1,
        "from_id": pupil.id,
        "date": said["date"],
        "out": 0,
        "text": "Здравствуйте",
        "attachments": [],
        "fwd_messages": [],
        "important": False,
        "is_hidden": False,
        "random_id": 0,
        "version": 2,
    }
    assert heard(sandbox, pupil.token) == ["Здравствуйте", "chat_create"]


def test_a_conversation_is_named_in_many_ways(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    to_pupil = {"user_id": pupil.id}, {"peer_ids": pupil.id}, {"domain": f"id{pupil.id}"}
    for way in ({"peer_id": PEER + 1}, {"chat_id": 1}, *to_pupil):
        sandbox.response("messages.send", owner.token, message="а", random_id=0, **way)
    assert heard(sandbox, owner.token) == ["а", "а", "chat_create"]
    assert heard(sandbox, owner.token, pupil.id) == heard(sandbox, pupil.token, owner.acting) == ["а", "а", "а"]
    assert sandbox.error("messages.send", owner.token, message="а", random_id=0, domain="durov")[0] == 936


def test_many_are_written_to_at_once_and_refusals_stand_in_their_places(
    sandbox: Sandbox, owner: Person, pupil: Person
) -> None:
    [closed] = sandbox.people(1, closed=True)
    peers = f"{PEER + 1},{PEER + 2},{closed.id},7,{pupil.id}"
    answer = sandbox.response("messages.send", owner.token, peer_ids=peers, message="а", random_id=5)
    assert [(item["peer_id"], item.get("error", {}).get("code")) for item in answer] == [
        (PEER + 1, None),
        (PEER + 2, 927),
        (closed.id, 902),
        (7, 936),
        (pupil.id, None),
    ]
    assert [bool(item["message_id"]) for item in answer] == [True, False, False, False, True]
    too_many = ",".join(["7"] * 101)
    assert sandbox.error("messages.send", owner.token, peer_ids=too_many, message="а", random_id=0)[0] == 100


def test_the_same_random_id_is_the_same_message(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    first = say(sandbox, owner, "а", random_id=17)
    assert say(sandbox, owner, "а", random_id=17) == first
    assert say(sandbox, owner, "а", random_id=18) != first
    assert say(sandbox, pupil, "б", random_id=17) != first
    assert say(sandbox, owner, "в", random_id=0) != say(sandbox, owner, "в", random_id=0)
    assert heard(sandbox, owner.token) == ["в", "в", "б", "а", "а", "chat_create"]


def test_a_random_id_is_required_since_5_90(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    assert sandbox.error("messages.send", owner.token, peer_id=PEER + 1, message="а")[0] == 100
    assert "response" in sandbox.call("messages.send", owner.token, peer_id=PEER + 1, message="а", v="5.89")


@pytest.mark.parametrize(("length", "code"), [(0, 100), (9001, 914)])
def test_a_message_is_neither_empty_nor_too_long(
    sandbox: Sandbox, owner: Person, pupil: Person, length: int, code: int
) -> None:
    number = say(sandbox, owner, "я" * 9000)
    long = "я" * length
    assert sandbox.error("messages.send", owner.token, peer_id=PEER + 1, message=long, random_id=0)[0] == code
    assert sandbox.error("messages.edit", owner.token, peer_id=PEER + 1, message_id=number, message=long)[0] == code


def test_outsiders_neither_write_nor_read(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    [stranger] = sandbox.people(1)
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=pupil.id)
    say(sandbox, owner, "без него")
    for person, code in ((pupil, 917), (stranger, 927)):
        refused = sandbox.error("messages.send", person.token, peer_id=PEER + 1, message="а", random_id=0)
        assert refused[0] == code
    assert heard(sandbox, pupil.token) == ["chat_kick_user", "chat_create"]
    assert sandbox.error("messages.getHistory", stranger.token, peer_id=PEER + 1)[0] == 927


def test_who_is_out_changes_nothing_any_more(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    own, of_owner = say(sandbox, pupil, "а"), say(sandbox, owner, "б")
    for person in (pupil, owner):
        sandbox.response("messages.removeChatUser", person.token, chat_id=1, user_id=person.acting)
    for person, number in ((pupil, own), (owner, own), (owner, of_owner)):
        [item] = sandbox.response("messages.delete", person.token, message_ids=number, delete_for_all=1)
        assert item["error"]["code"] == 924
    assert sandbox.error("messages.edit", pupil.token, peer_id=PEER + 1, message_id=own, message="в")[0] == 917
    assert heard(sandbox, owner.token)[-3:] == ["б", "а", "chat_create"]
    assert "response" in sandbox.response("messages.delete", owner.token, message_ids=own)[0]
    assert heard(sandbox, owner.token)[-2:] == ["б", "chat_create"]


@pytest.mark.parametrize(("visible", "seen"), [(None, []), (0, []), (1, ["б"]), (9, ["б", "а", "chat_create"])])
def test_a_newcomer_sees_as_much_as_he_is_shown(
    sandbox: Sandbox, owner: Person, pupil: Person, visible: int | None, seen: list[str]
) -> None:
    say(sandbox, owner, "а")
    say(sandbox, owner, "б")
    [newcomer] = sandbox.people(1)
    shown = {} if visible is None else {"visible_messages_count": visible}
    sandbox.response("messages.addChatUser", owner.token, chat_id=1, user_id=newcomer.id, **shown)
    assert heard(sandbox, newcomer.token) == ["chat_invite_user", *seen]


def test_history_comes_in_pages_from_either_end(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    numbers = [say(sandbox, owner, text) for text in "абвг"]
    assert heard(sandbox, owner.token, count=2) == ["г", "в"]
    assert heard(sandbox, owner.token, count=2, offset=2) == ["б", "а"]
    assert heard(sandbox, owner.token, count=2, rev=1, offset=1) == ["а", "б"]
    assert heard(sandbox, owner.token, count=2, start_message_id=numbers[1]) == ["б", "а"]
    assert sandbox.response("messages.getHistory", owner.token, peer_id=PEER + 1, count=0)["count"] == 5
    assert sandbox.response("messages.getHistory", owner.token, peer_id=pupil.id) == {"count": 0, "items": []}


def test_messages_are_found_by_id_and_by_number(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    first, second = say(sandbox, owner, "а"), say(sandbox, owner, "б")
    [stranger] = sandbox.people(1)

    def texts(person: Person, method: str, **asked: Any) -> list[str]:
        return [item["text"] for item in sandbox.response(f"messages.{method}", person.token, **asked)["items"]]

    assert texts(pupil, "getById", message_ids=f"{second},1,{first},{second}") == ["б", "а"]
    assert texts(pupil, "getById", peer_id=PEER + 1, cmids="3,9,2") == ["б", "а"]
    assert texts(pupil, "getByConversationMessageId", peer_id=PEER + 1, conversation_message_ids="2") == ["а"]
    assert texts(stranger, "getById", message_ids=f"{first},{second}") == []


def test_an_author_edits_his_words(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    number = say(sandbox, pupil, "а")
    assert sandbox.response("messages.edit", pupil.token, peer_id=PEER + 1, cmid=2, message="б") == 1
    [said] = sandbox.response("messages.getById", owner.token, message_ids=number)["items"]
    assert (said["text"], said["update_time"] >= said["date"]) == ("б", True)

    def refused(person: Person, cmid: int) -> int:
        return sandbox.error("messages.edit", person.token, peer_id=PEER + 1, cmid=cmid, message="в")[0]

    assert [refused(owner, 2), refused(pupil, 1), refused(pupil, 9)] == [15, 920, 100]


def test_what_is_deleted_for_oneself_stays_for_others(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    number = say(sandbox, owner, "а")
    item = {"peer_id": PEER + 1, "message_id": number, "conversation_message_id": 2, "response": 1}
    assert sandbox.response("messages.delete", pupil.token, message_ids=f"{number},7") == [item]
    assert heard(sandbox, pupil.token) == ["chat_create"]
    assert heard(sandbox, owner.token) == ["а", "chat_create"]


def test_own_words_are_deleted_for_everybody_and_administrators_delete_all(
    sandbox: Sandbox, owner: Person, pupil: Person
) -> None:
    for person in (owner, pupil, pupil):
        say(sandbox, person, "а")

    def delete(person: Person, cmids: str) -> list[int]:
        asked = {"peer_id": PEER + 1, "cmids": cmids, "delete_for_all": 1}
        items = sandbox.response("messages.delete", person.token, **asked)
        return [item["error"]["code"] if "error" in item else item["response"] for item in items]

    assert delete(pupil, "1,2,3") == [924, 924, 1]
    assert delete(owner, "1,4") == [924, 1]
    assert heard(sandbox, pupil.token) == heard(sandbox, owner.token) == ["а", "chat_create"]
    assert conversation(sandbox, pupil)["last_conversation_message_id"] == 2
    old = {"message_ids": say(sandbox, owner, "б"), "delete_for_all": 1, "v": "5.131"}
    assert sandbox.call("messages.delete", owner.token, **old) == {"response": {str(old["message_ids"]): 1}}


def test_the_words_of_others_are_unread_until_they_are_read(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    first, second = say(sandbox, owner, "а"), say(sandbox, owner, "б")
    assert sandbox.response("messages.getConversations", owner.token, filter="unread")["count"] == 0
    assert sandbox.response("messages.getConversations", pupil.token)["unread_count"] == 1
    assert (conversation(sandbox, pupil, filter="unread")["unread_count"], first < second) == (2, True)
    sandbox.response("messages.markAsRead", pupil.token, peer_id=PEER + 1, start_message_id=first)
    assert (conversation(sandbox, pupil)["unread_count"], conversation(sandbox, pupil)["in_read"]) == (1, first)
    sandbox.response("messages.markAsRead", pupil.token, message_ids=second)
    assert "unread_count" not in conversation(sandbox, pupil)
    say(sandbox, owner, "в")
    sandbox.response("messages.markAsRead", pupil.token, peer_id=PEER + 1, up_to_cmid=2)
    assert conversation(sandbox, pupil)["unread_count"] == 1
    sandbox.response("messages.markAsRead", pupil.token, peer_id=PEER + 1)
    assert sandbox.response("messages.getConversations", pupil.token)["unread_count"] == 0


def test_a_deleted_history_ends_for_one_and_begins_again(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    number = say(sandbox, owner, "а")
    answer = {"last_deleted_id": number}
    assert sandbox.response("messages.deleteConversation", pupil.token, peer_id=PEER + 1) == answer
    assert sandbox.response("messages.deleteConversation", pupil.token, peer_id=PEER + 1) == {"last_deleted_id": 0}
    assert sandbox.response("messages.getConversations", pupil.token)["items"] == []
    assert heard(sandbox, pupil.token) == []
    say(sandbox, owner, "б")
    assert heard(sandbox, pupil.token) == ["б"]
    assert heard(sandbox, owner.token) == ["б", "а", "chat_create"]


def test_a_pinned_message_is_shown_and_everybody_is_told(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    number = say(sandbox, pupil, "Собрание в пять")
    pinned = sandbox.response("messages.pin", owner.token, peer_id=PEER + 1, message_id=number)
    assert conversation(sandbox, pupil)["chat_settings"]["pinned_message"] == pinned
    assert (pinned["conversation_message_id"], pinned["text"]) == (2, "Собрание в пять")
    told = {"member_id": owner.acting, "conversation_message_id": 2, "message": "Собрание в пять"}
    [last, *_] = sandbox.response("messages.getHistory", pupil.token, peer_id=PEER + 1)["items"]
    assert last["action"] == {"type": "chat_pin_message"} | told
    for _ in range(2):
        assert sandbox.response("messages.unpin", owner.token, peer_id=PEER + 1) == 1
    assert "pinned_message" not in conversation(sandbox, pupil)["chat_settings"]
    assert heard(sandbox, pupil.token, count=2) == ["chat_unpin_message", "chat_pin_message"]
    assert sandbox.error("messages.pin", pupil.token, peer_id=PEER + 1, message_id=number)[0] == 925


def test_a_dialog_is_a_conversation_but_no_chat(sandbox: Sandbox, owner: Person) -> None:
    [friend] = sandbox.people(1)
    say(sandbox, owner, "а", friend.id)
    assert say(sandbox, owner, "себе", owner.acting) > 0
    assert conversation(sandbox, friend)["peer"] == {"id": owner.acting, "type": "user", "local_id": owner.acting}
    assert "chat_settings" not in conversation(sandbox, friend)
    shown = sandbox.stats()
    assert (shown["chats"], shown["members"], shown["duplicate_titles"]) == (0, 0, 0)


def test_a_community_writes_to_members_and_to_those_who_wrote_first(sandbox: Sandbox) -> None:
    community = sandbox.seed(community={})["community"]
    [member], [friend, stranger] = sandbox.people(1, member=True), sandbox.people(2)
    say(sandbox, friend, "а", -community["id"])
    asked = {"peer_ids": f"{member.id},{friend.id},{stranger.id}", "message": "б", "random_id": 0}
    answer = sandbox.response("messages.send", community["token"], **asked)
    assert [item.get("error", {}).get("code") for item in answer] == [None, None, 901]
    assert heard(sandbox, friend.token, -community["id"]) == ["б", "а"]


def test_activity_is_answered(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    assert sandbox.response("messages.setActivity", owner.token, peer_id=PEER + 1, type="typing") == 1
    assert sandbox.error("messages.setActivity", owner.token, peer_id=PEER + 2)[0] == 927


def test_the_older_way_to_read_a_chat(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    card = {
        "id": 1,
        "type": "chat",
        "title": "9А",
        "admin_id": owner.acting,
        "users": [owner.acting, pupil.id],
        "members_count": 2,
        "is_default_photo": True,
        "is_group_channel": False,
    }
    assert sandbox.response("messages.getChat", pupil.token, chat_id=1) == card
    assert sandbox.response("messages.getChat", pupil.token, chat_ids="1,1") == [card]
    people = sandbox.response("messages.getChat", pupil.token, chat_id=1, fields="sex")["users"]
    assert [(one["id"], one["invited_by"], one["type"], one["sex"]) for one in people] == [
        (owner.acting, owner.acting, "profile", 0),
        (pupil.id, owner.acting, "profile", 0),
    ]
    sandbox.response("messages.removeChatUser", pupil.token, chat_id=1, user_id=pupil.id)
    left = sandbox.response("messages.getChat", pupil.token, chat_id=1)
    assert left == card | {"users": [], "members_count": 0, "left": 1}
    assert sandbox.error("messages.getChat", pupil.token, chat_id=2)[0] == 927
