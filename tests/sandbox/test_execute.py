from __future__ import annotations

from tests.sandbox.process import Person, Sandbox


def test_answers_come_in_order_and_a_failed_call_is_false(sandbox: Sandbox, owner: Person) -> None:
    [pupil] = sandbox.people(1)
    answers, errors = sandbox.execute(
        owner.token,
        ("messages.createChat", {"title": '9А «Б» "\\ \n', "user_ids": [pupil.id]}),
        ("messages.editChat", {"chat_id": 5, "title": "9Б"}),
        ("messages.addChatUser", {"chat_id": 1, "user_id": 7}),
        ("messages.getConversationMembers", {"peer_id": 2_000_000_001, "extended": True}),
    )
    assert answers[:3] == [{"chat_id": 1, "peer_ids": [pupil.id]}, False, False]
    assert {item["member_id"] for item in answers[3]["items"]} == {owner.acting, pupil.id}
    assert errors == [
        {"method": "messages.editChat", "error_code": 927, "error_msg": "Chat does not exist"},
        {"method": "messages.addChatUser", "error_code": 936, "error_msg": "Contact not found"},
    ]
    [item] = sandbox.response("messages.getConversations", owner.token)["items"]
    assert item["conversation"]["chat_settings"]["title"] == '9А «Б» "\\'


def test_one_call_answers_by_itself(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.response("execute", owner.token, code='return API.users.get({"user_ids": [1]});') == []


def test_a_failed_call_leaves_the_others_standing(sandbox: Sandbox, owner: Person) -> None:
    [closed] = sandbox.people(1, closed=True)
    sandbox.execute(
        owner.token,
        ("messages.createChat", {"title": "9А"}),
        ("messages.addChatUser", {"chat_id": 1, "user_id": closed.id}),
        ("messages.createChat", {"title": "9Б"}),
    )
    shown = sandbox.stats()
    assert (shown["chats"], shown["members"]) == (2, 2)


def test_twenty_five_calls_are_made_and_twenty_six_are_not(sandbox: Sandbox, owner: Person) -> None:
    create = 'API.messages.createChat({"title": "9А"})'
    assert len(sandbox.response("execute", owner.token, code=f"return [{','.join([create] * 25)}];")) == 25
    refused = sandbox.error("execute", owner.token, code=f"return [{','.join([create] * 26)}];")
    assert refused == (13, "Runtime error occurred during code invocation: too many api calls")
    assert sandbox.stats()["chats"] == 25


def test_unknown_methods_and_execute_itself_are_unknown_inside(sandbox: Sandbox, owner: Person) -> None:
    body = sandbox.call("execute", owner.token, code="return [API.edu.get(), API.execute({code: 'return [];'})];")
    assert body == {
        "response": [False, False],
        "execute_errors": [
            {"method": "edu.get", "error_code": 3, "error_msg": "Unknown method passed"},
            {"method": "execute", "error_code": 3, "error_msg": "Unknown method passed"},
        ],
    }


def test_code_that_is_not_a_return_of_calls_does_not_compile(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.error("execute", owner.token, code="var a = 1; return a;")[0] == 12


def test_an_inner_call_needs_the_same_rights(sandbox: Sandbox) -> None:
    [person] = sandbox.people(1, rights=[])
    answers, errors = sandbox.execute(person.token, ("messages.createChat", {"title": "9А"}), ("users.get", {}))
    assert [answers[0], answers[1][0]["id"]] == [False, person.id]
    assert [error["error_code"] for error in errors] == [15]
