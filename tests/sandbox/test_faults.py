"""What can be made to go wrong."""

from __future__ import annotations

import time
from typing import Any

import httpx2
import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000
CREATE = "messages.createChat"


def order(sandbox: Sandbox, *faults: dict[str, Any]) -> dict[str, Any]:
    answer = sandbox.control("faults", {"faults": list(faults)})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def create(sandbox: Sandbox, person: Person, **parameters: Any) -> Any:
    """The code of the error, or the answer."""
    body = sandbox.call(CREATE, person.token, title="9А", **parameters)
    return body["error"]["error_code"] if "error" in body else body["response"]


def raw(sandbox: Sandbox, method: str, person: Person, **parameters: Any) -> httpx2.Response:
    form = {"access_token": person.token, "v": "5.199", **parameters}
    return sandbox.http.post(f"/method/{method}", data=form)


def chats(sandbox: Sandbox) -> int:
    return int(sandbox.stats()["chats"])


def test_an_error_strikes_the_next_calls_of_its_method_and_nothing_is_done(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "error", "code": 9, "method": CREATE, "times": 2})
    assert "response" in sandbox.call("users.get", owner.token)
    assert sandbox.error(CREATE, owner.token, title="9А") == (9, "Flood control")
    assert (create(sandbox, owner), chats(sandbox)) == (9, 0)
    assert create(sandbox, owner) == {"chat_id": 1, "peer_ids": []}


def test_an_error_strikes_inside_execute_too(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "error", "code": 103, "method": "messages.addChatUser"})
    answers, errors = sandbox.execute(
        owner.token, (CREATE, {"title": "9А"}), ("messages.addChatUser", {"chat_id": 1, "user_id": owner.id})
    )
    assert answers == [{"chat_id": 1, "peer_ids": []}, False]
    assert errors == [{"method": "messages.addChatUser", "error_code": 103, "error_msg": "Out of limits"}]


def test_without_a_method_every_call_is_struck(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "error", "code": 29, "times": 2})
    codes = [sandbox.error("users.get", owner.token)[0], sandbox.error("account.getInfo", owner.token)[0]]
    assert (codes, "response" in sandbox.call("users.get", owner.token)) == ([29, 29], True)


def test_a_share_strikes_the_same_calls_with_the_same_seed(sandbox: Sandbox, owner: Person) -> None:
    def struck(seed: int) -> list[bool]:
        order(sandbox, {"kind": "error", "code": 10, "share": 0.5, "seed": seed})
        return ["error" in sandbox.call("utils.getServerTime", owner.token) for _ in range(40)]

    first = struck(1)
    assert struck(1) == first != struck(2)
    assert 10 <= sum(first) <= 30


def test_new_faults_replace_the_old_and_tell_how_often_those_struck(sandbox: Sandbox, owner: Person) -> None:
    fault = {"kind": "error", "code": 9, "method": CREATE}
    assert order(sandbox, fault) == {"faults": [{"kind": "error", "method": CREATE, "struck": 0}], "before": []}
    create(sandbox, owner)
    assert order(sandbox) == {"faults": [], "before": [{"kind": "error", "method": CREATE, "struck": 1}]}
    assert create(sandbox, owner) == {"chat_id": 1, "peer_ids": []}


def test_faults_are_told_in_the_order_they_were_given(sandbox: Sandbox) -> None:
    given = [{"kind": "not_json", "times": 1}, {"kind": "captcha"}, {"kind": "drop_after"}, {"kind": "removed"}]
    kinds = [fault["kind"] for fault in given]
    assert [fault["kind"] for fault in order(sandbox, *given)["faults"]] == kinds
    assert [fault["kind"] for fault in order(sandbox)["before"]] == kinds


def test_a_reset_clears_the_faults(sandbox: Sandbox) -> None:
    order(sandbox, {"kind": "error", "code": 9})
    sandbox.control("reset")
    [person] = sandbox.people(1)
    assert "response" in sandbox.call("users.get", person.token)


def test_a_captcha_has_the_fields_of_old_and_new_clients_and_can_be_solved(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "captcha", "method": CREATE})
    error = sandbox.call(CREATE, owner.token, title="9А")["error"]
    assert (error["error_code"], error["error_msg"]) == (14, "Captcha needed")
    fields = {"captcha_sid", "captcha_img", "redirect_uri", "captcha_ts", "captcha_attempt", "remixstlid"}
    assert fields <= error.keys()
    assert create(sandbox, owner, captcha_sid=error["captcha_sid"]) == 14
    assert create(sandbox, owner, captcha_sid=error["captcha_sid"], captcha_key="q9") == {"chat_id": 1, "peer_ids": []}
    assert create(sandbox, owner, success_token="x") == {"chat_id": 2, "peer_ids": []}


OLD, NEW = {"captcha_sid", "captcha_img"}, {"redirect_uri", "remixstlid"}


@pytest.mark.parametrize(("fields", "sent"), [("old", OLD), ("new", NEW)])
def test_a_captcha_may_have_the_old_or_the_new_fields_only(
    sandbox: Sandbox, owner: Person, fields: str, sent: set[str]
) -> None:
    order(sandbox, {"kind": "captcha", "fields": fields})
    error = sandbox.call("users.get", owner.token)["error"]
    assert error.keys() - {"error_code", "error_msg", "request_params"} == sent


def test_a_token_is_revoked_and_stays_so(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "revoked", "method": CREATE, "times": 1})
    assert create(sandbox, owner) == 5
    assert sandbox.error("users.get", owner.token) == (5, "User authorization failed: invalid access_token (4).")
    assert chats(sandbox) == 0


def test_an_owner_is_removed_from_the_chat_he_asks_about(sandbox: Sandbox, owner: Person) -> None:
    for title in ("9А", "9Б"):
        sandbox.response(CREATE, owner.token, title=title)
    order(sandbox, {"kind": "removed", "method": "messages.editChat", "times": 1})
    assert sandbox.error("messages.editChat", owner.token, chat_id=1, title="9В")[0] == 917
    items = sandbox.response("messages.getConversations", owner.token)["items"]
    states = {
        item["conversation"]["peer"]["local_id"]: item["conversation"]["chat_settings"]["state"] for item in items
    }
    assert states == {1: "kicked", 2: "in"}


def test_an_answer_can_be_late(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "latency", "seconds": 0.4, "method": CREATE, "times": 1})
    began = time.monotonic()
    create(sandbox, owner)
    late = time.monotonic()
    create(sandbox, owner)
    assert late - began >= 0.4 > time.monotonic() - late


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_lost_before_or_after_the_call_took_effect(
    sandbox: Sandbox, owner: Person, kind: str, done: int
) -> None:
    order(sandbox, {"kind": kind, "method": CREATE, "times": 1})
    with pytest.raises(httpx2.TransportError):
        raw(sandbox, CREATE, owner, title="9А")
    assert chats(sandbox) == done
    assert create(sandbox, owner) == {"chat_id": done + 1, "peer_ids": []}


def test_a_request_with_execute_is_struck_by_what_it_calls(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "drop_after", "method": CREATE, "times": 1})
    assert "response" in raw(sandbox, "execute", owner, code="return API.users.get();").json()
    with pytest.raises(httpx2.TransportError):
        raw(sandbox, "execute", owner, code='return [API.messages.createChat({title: "9А"})];')
    assert chats(sandbox) == 1


def test_an_answer_can_be_cut_off_or_be_no_json_at_all(sandbox: Sandbox, owner: Person) -> None:
    order(sandbox, {"kind": "truncated", "method": CREATE}, {"kind": "not_json", "method": "users.get"})
    cut = raw(sandbox, CREATE, owner, title="9А")
    assert (cut.status_code, cut.text, chats(sandbox)) == (200, '{"response": {"chat_id', 1)
    rubbish = raw(sandbox, "users.get", owner)
    assert (rubbish.status_code, rubbish.headers["content-type"]) == (502, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"faults": {}},
        {"faults": [1]},
        {"faults": [{"kind": "flood"}]},
        {"faults": [{"kind": {}}]},
        {"faults": [{"kind": "error", "code": []}]},
        {"faults": [{"kind": "error"}]},
        {"faults": [{"kind": "error", "code": 4242}]},
        {"faults": [{"kind": "captcha", "code": 9}]},
        {"faults": [{"kind": "latency"}]},
        {"faults": [{"kind": "latency", "seconds": -1}]},
        {"faults": [{"kind": "captcha", "times": 0}]},
        {"faults": [{"kind": "captcha", "times": True}]},
        {"faults": [{"kind": "captcha", "share": 0}]},
        {"faults": [{"kind": "captcha", "share": 1.5}]},
        {"faults": [{"kind": "captcha", "seed": "x"}]},
        {"faults": [{"kind": "captcha", "method": 1}]},
        {"faults": [{"kind": "captcha", "method": "messages.createchat"}]},
        {"faults": [{"kind": "captcha", "where": "x"}]},
        {"faults": [{"kind": "captcha", "fields": "newest"}]},
        {"faults": [{"kind": "captcha", "fields": []}]},
        {"faults": [{"kind": "drop_after", "fields": "old"}]},
    ],
)
def test_a_mistake_in_the_order_is_told_and_nothing_changes(sandbox: Sandbox, owner: Person, body: Any) -> None:
    order(sandbox, {"kind": "error", "code": 9})
    answer = sandbox.control("faults", body)
    assert (answer.status_code, answer.json().keys()) == (400, {"error"})
    assert create(sandbox, owner) == 9


def test_faults_need_the_control_token(sandbox: Sandbox) -> None:
    assert sandbox.control("faults", {"faults": []}, token="x").status_code == 403
