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


def test_the_twenty_sixth_call_is_a_runtime_error_and_what_was_done_stays(sandbox: Sandbox, owner: Person) -> None:
    create = 'API.messages.createChat({"title": "9А"})'
    assert len(sandbox.response("execute", owner.token, code=f"return [{','.join([create] * 25)}];")) == 25
    refused = sandbox.error("execute", owner.token, code=f"return [{','.join([create] * 26)}];")
    assert refused == (13, "Runtime error occurred during code invocation: too many api calls")
    assert sandbox.stats()["chats"] == 50


def test_unknown_methods_and_execute_itself_are_unknown_inside(sandbox: Sandbox, owner: Person) -> None:
    body = sandbox.call("execute", owner.token, code="return [API.edu.get(), API.execute({code: 'return [];'})];")
    assert body == {
        "response": [False, False],
        "execute_errors": [
            {"method": "edu.get", "error_code": 3, "error_msg": "Unknown method passed"},
            {"method": "execute", "error_code": 3, "error_msg": "Unknown method passed"},
        ],
    }


def test_code_that_is_no_script_does_not_compile(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.error("execute", owner.token, code="return API.a.b(;")[0] == 12


def test_a_pool_of_one_method_is_a_loop(sandbox: Sandbox, owner: Person) -> None:
    """As clients send many calls that differ in one parameter: a shared object, changed for each."""
    code = """var common = {"title": "9А"}, people = %s, result = [], i = 0;
    while(i < people.length) { common.user_ids = people[i]; result.push(API.messages.createChat(common)); i = i + 1; }
    return result;"""
    pupils = [person.id for person in sandbox.people(2)]
    body = sandbox.call("execute", owner.token, code=code % [pupils[0], "nobody", pupils[1]])
    assert body["response"] == [
        {"chat_id": 1, "peer_ids": [pupils[0]]},
        False,
        {"chat_id": 2, "peer_ids": [pupils[1]]},
    ]
    assert [error["error_code"] for error in body["execute_errors"]] == [100]


PAGES = """var params = {"peer_id": 2000000001, "count": 2}, calls = 0, items = [], count = null, offset = 0, page;
while(calls < 25) {calls = calls + 1;params.offset = offset * 1;var response = API.messages.getHistory(params),
total = response.count,moved = (count == null ? 0 : total - count);if (!response) {return {"_error": 1};}
if (moved < 0) {offset = offset + moved;} else {page = response.items;items = items + page.slice(moved);
offset = offset + params.count + moved;if (page.length < params.count) {calls = 99;}}count = total;
if (count != null && offset >= count) {calls = 99;}};return {count: count,items: items,offset: offset,more: calls != 99};"""


def test_all_pages_are_read_in_one_request(sandbox: Sandbox, owner: Person) -> None:
    sandbox.response("messages.createChat", owner.token, title="9А")
    for number in range(4):
        sandbox.response("messages.send", owner.token, chat_id=1, message=str(number), random_id=number + 1)
    shown = sandbox.response("execute", owner.token, code=PAGES)
    assert [item["text"] for item in shown["items"]] == ["3", "2", "1", "0", ""]
    assert (shown["count"], shown["more"]) == (5, False)
    assert sandbox.stats()["requests"]["messages.getHistory"] == 3


COLLECTED = """
    var params = {"peer_id": 2000000001, "count": 2};
    params.offset = parseInt(Args.offset);
    var total = parseInt(Args.total), most = parseInt(Args.most);
    var i = 0, items = [], profiles = [], result, length, more = true;
    while (i < most && more) {
        result = API.messages.getHistory(params);
        length = result.items.length;
        if (total == 0 || total > result.count) { total = result.count; }
        items = items + result.items;
        if (result.profiles)
            profiles = profiles + result.profiles;
        params.offset = params.offset + length;
        more = params.offset < total;
        i = i + 1;
    }
    return {count: total, items: items.splice(0, total), profiles: profiles};
"""


def test_a_script_reads_what_it_was_sent_with(sandbox: Sandbox, owner: Person) -> None:
    sandbox.response("messages.createChat", owner.token, title="9А")
    for number in range(4):
        sandbox.response("messages.send", owner.token, chat_id=1, message=str(number), random_id=number + 1)
    shown = sandbox.response("execute", owner.token, code=COLLECTED, offset=1, most=5)
    assert ([item["text"] for item in shown["items"]], shown["count"]) == (["2", "1", "0", ""], 5)
    short = sandbox.response("execute", owner.token, code=COLLECTED, offset=0, most=5, total=3)
    assert [item["text"] for item in short["items"]] == ["3", "2", "1"]
    named = sandbox.response("execute", owner.token, code="return [Args.title, Args.v, Args.access_token];", title="9А")
    assert named == ["9А", None, None]


def test_a_failed_page_is_told(sandbox: Sandbox, owner: Person) -> None:
    body = sandbox.call("execute", owner.token, code=PAGES)
    assert body["response"] == {"_error": 1}
    assert [error["error_code"] for error in body["execute_errors"]] == [927]


def test_the_answer_of_one_call_is_asked_by_the_next(sandbox: Sandbox, owner: Person) -> None:
    pupils = sandbox.people(2)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=",".join(str(one.id) for one in pupils))
    code = """return API.users.get({"user_ids":
        API.messages.getConversationMembers({"peer_id": 2000000001}).items@.member_id})@.id;"""
    assert sandbox.response("execute", owner.token, code=code) == [owner.acting, *(one.id for one in pupils)]


def test_a_script_without_an_end_holds_nobody_up(sandbox: Sandbox, owner: Person) -> None:
    refused = sandbox.error("execute", owner.token, code="API.messages.createChat({title: '9А'}); while(true) {}")
    assert refused == (13, "Runtime error occurred during code invocation: too many operations")
    assert sandbox.stats()["chats"] == 1


def test_an_inner_call_needs_the_same_rights(sandbox: Sandbox) -> None:
    [person] = sandbox.people(1, rights=[])
    answers, errors = sandbox.execute(person.token, ("messages.createChat", {"title": "9А"}), ("users.get", {}))
    assert [answers[0], answers[1][0]["id"]] == [False, person.id]
    assert [error["error_code"] for error in errors] == [15]
