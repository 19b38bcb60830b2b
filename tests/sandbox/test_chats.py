"""Making and changing chats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000
UNDEFINED = "One of the parameters specified was missing or invalid: {} is undefined"


def chat(sandbox: Sandbox, owner: Person, *people: Person, title: str = "9А") -> int:
    ids = ",".join(str(person.acting) for person in people)
    return int(sandbox.response("messages.createChat", owner.token, title=title, user_ids=ids)["chat_id"])


def inside(sandbox: Sandbox, person: Person, chat_id: int) -> set[int]:
    answer = sandbox.response("messages.getConversationMembers", person.token, peer_id=PEER + chat_id, count=1000)
    assert answer["count"] == len(answer["items"])
    return {item["member_id"] for item in answer["items"]}


def add(sandbox: Sandbox, caller: Person, chat_id: int, who: int) -> Any:
    return sandbox.call("messages.addChatUser", caller.token, chat_id=chat_id, user_id=who)


def remove(sandbox: Sandbox, caller: Person, chat_id: int, who: int) -> Any:
    return sandbox.call("messages.removeChatUser", caller.token, chat_id=chat_id, user_id=who)


def code(body: dict[str, Any]) -> tuple[int, str]:
    return body["error"]["error_code"], body["error"]["error_msg"]


def test_a_chat_has_its_creator_and_the_people_it_was_made_with(sandbox: Sandbox, owner: Person) -> None:
    pupils = sandbox.people(3)
    ids = [pupil.id for pupil in pupils]
    answer = sandbox.response("messages.createChat", owner.token, title=" 9А ", user_ids=",".join(map(str, ids)))
    assert answer == {"chat_id": 1, "peer_ids": ids}
    assert inside(sandbox, owner, 1) == {owner.acting, *ids}


def test_up_to_version_5_131_the_answer_is_a_number(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.call("messages.createChat", owner.token, title="9А", v="5.131") == {"response": 1}


def test_one_chat_has_another_number_for_each_of_its_people(sandbox: Sandbox, owner: Person) -> None:
    teacher, pupil = sandbox.people(2)
    chat(sandbox, teacher, pupil, title="Другой")
    assert chat(sandbox, owner, teacher, title="9А") == 1
    conversations = sandbox.response("messages.getConversations", teacher.token)["items"]
    assert {item["conversation"]["chat_settings"]["title"]: item["conversation"]["peer"] for item in conversations} == {
        "Другой": {"id": PEER + 1, "type": "chat", "local_id": 1},
        "9А": {"id": PEER + 2, "type": "chat", "local_id": 2},
    }
    assert inside(sandbox, teacher, 2) == inside(sandbox, owner, 1) == {owner.acting, teacher.id}


def test_unknown_and_closed_people_are_left_out_of_a_new_chat(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    [closed] = sandbox.people(1, closed=True)
    ids = f"{closed.id},7,{pupil.id},{owner.acting},{pupil.id}"
    answer = sandbox.response("messages.createChat", owner.token, title="9А", user_ids=ids)
    assert answer == {"chat_id": 1, "peer_ids": [pupil.id]}


def test_two_chats_may_have_one_title(sandbox: Sandbox, owner: Person) -> None:
    assert [chat(sandbox, owner), chat(sandbox, owner)] == [1, 2]
    assert sandbox.stats()["duplicate_titles"] == 1


@pytest.mark.parametrize("title", ["", "   ", "я" * 201])
def test_a_title_must_be_there_and_not_too_long(sandbox: Sandbox, owner: Person, title: str) -> None:
    chat(sandbox, owner)
    assert sandbox.error("messages.createChat", owner.token, title=title)[0] == 100
    assert sandbox.error("messages.editChat", owner.token, chat_id=1, title=title)[0] == 100
    assert sandbox.stats()["chats"] == 1


def test_a_chat_is_renamed_for_everybody(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    chat(sandbox, owner, pupil)
    assert sandbox.response("messages.editChat", owner.token, chat_id=1, title=" 9Б ") == 1
    [item] = sandbox.response("messages.getConversations", pupil.token)["items"]
    assert item["conversation"]["chat_settings"]["title"] == "9Б"
    assert item["last_message"]["action"] == {"type": "chat_title_update", "text": "9Б"}


def test_an_administrator_adds_a_person(sandbox: Sandbox, owner: Person) -> None:
    pupil, other = sandbox.people(2)
    chat(sandbox, other, pupil)
    chat_id = chat(sandbox, owner)
    assert add(sandbox, owner, chat_id, pupil.id) == {"response": 1}
    assert inside(sandbox, pupil, 2) == {owner.acting, pupil.id}


def test_one_who_is_in_cannot_be_added(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    chat(sandbox, owner, pupil)
    assert code(add(sandbox, owner, 1, pupil.id)) == (15, "Access denied: user already in")


def test_one_who_left_comes_back_only_by_himself_and_under_the_same_number(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    chat(sandbox, owner, pupil)
    assert remove(sandbox, pupil, 1, pupil.id) == {"response": 1}
    assert inside(sandbox, owner, 1) == {owner.acting}
    assert code(add(sandbox, owner, 1, pupil.id)) == (15, "Access denied: user already in")
    assert add(sandbox, pupil, 1, pupil.id) == {"response": 1}
    assert inside(sandbox, pupil, 1) == {owner.acting, pupil.id}


def test_one_who_was_removed_can_be_added_again_but_not_by_himself(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    chat(sandbox, owner, pupil)
    assert remove(sandbox, owner, 1, pupil.id) == {"response": 1}
    assert code(add(sandbox, pupil, 1, pupil.id)) == (917, "You don't have access to this chat")
    assert add(sandbox, owner, 1, pupil.id) == {"response": 1}
    assert inside(sandbox, pupil, 1) == {owner.acting, pupil.id}


def test_unknown_people_and_communities_cannot_be_added(sandbox: Sandbox, owner: Person) -> None:
    group = sandbox.seed(community={})["community"]["id"]
    chat(sandbox, owner)
    assert code(add(sandbox, owner, 1, 7)) == (936, "Contact not found")
    assert code(add(sandbox, owner, 1, group)) == (936, "Contact not found")


def test_one_closed_by_privacy_cannot_be_added(sandbox: Sandbox, owner: Person) -> None:
    [closed] = sandbox.people(1, closed=True)
    chat(sandbox, owner)
    assert code(add(sandbox, owner, 1, closed.id)) == (981, "Cannot add this user by privacy settings")


def test_an_unknown_chat_does_not_exist(sandbox: Sandbox, owner: Person) -> None:
    for method in ("messages.addChatUser", "messages.removeChatUser", "messages.editChat"):
        assert sandbox.error(method, owner.token, chat_id=1, user_id=7, title="9Б") == (927, "Chat does not exist")


def test_a_member_who_is_no_administrator_changes_nothing(sandbox: Sandbox, owner: Person) -> None:
    pupil, other, new = sandbox.people(3)
    chat(sandbox, owner, pupil, other)
    for method, who in (("addChatUser", new.id), ("removeChatUser", other.id), ("editChat", 0)):
        refused = sandbox.error(f"messages.{method}", pupil.token, chat_id=1, user_id=who, title="9Б")
        assert refused == (925, "You are not admin of this chat")
    assert inside(sandbox, owner, 1) == {owner.acting, pupil.id, other.id}


def test_one_who_is_out_changes_nothing(sandbox: Sandbox, owner: Person) -> None:
    pupil, other = sandbox.people(2)
    chat(sandbox, owner, pupil, other)
    remove(sandbox, pupil, 1, pupil.id)
    for method in ("messages.addChatUser", "messages.removeChatUser", "messages.editChat"):
        refused = sandbox.error(method, pupil.token, chat_id=1, user_id=other.id, title="9Б")
        assert refused == (917, "You don't have access to this chat")


def test_only_one_who_is_in_can_be_removed(sandbox: Sandbox, owner: Person) -> None:
    pupil, stranger = sandbox.people(2)
    chat(sandbox, owner, pupil)
    assert remove(sandbox, owner, 1, pupil.id) == {"response": 1}
    assert code(remove(sandbox, owner, 1, pupil.id)) == (935, "User not found in chat")
    assert code(remove(sandbox, owner, 1, stranger.id)) == (935, "User not found in chat")


def test_member_id_names_whom_to_remove_too(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    chat(sandbox, owner, pupil)
    assert sandbox.response("messages.removeChatUser", owner.token, chat_id=1, member_id=pupil.id) == 1
    assert inside(sandbox, owner, 1) == {owner.acting}


@pytest.mark.parametrize("method", ["messages.addChatUser", "messages.removeChatUser"])
def test_somebody_must_be_named(sandbox: Sandbox, owner: Person, method: str) -> None:
    chat(sandbox, owner)
    assert sandbox.error(method, owner.token, chat_id=1) == (100, UNDEFINED.format("user_id"))
    assert sandbox.error(method, owner.token, user_id=1) == (100, UNDEFINED.format("chat_id"))


def test_a_community_makes_a_chat_but_brings_nobody_into_it(sandbox: Sandbox) -> None:
    [pupil] = sandbox.people(1)
    community = sandbox.seed(community={"name": "Школа"})["community"]
    made = sandbox.response("messages.createChat", community["token"], title="9А", user_ids=pupil.id)
    assert made == {"chat_id": 1, "peer_ids": []}
    refused = sandbox.error("messages.addChatUser", community["token"], chat_id=1, user_id=pupil.id)
    assert refused == (27, "Group authorization failed: method is unavailable with group auth")
    answer = sandbox.response("messages.getConversationMembers", community["token"], peer_id=PEER + 1, extended=1)
    assert [item["member_id"] for item in answer["items"]] == [-community["id"]]
    assert [group["name"] for group in answer["groups"]] == ["Школа"]
