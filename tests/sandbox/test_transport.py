"""How a call travels: every way that real clients use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

TIME = "/method/utils.getServerTime"
GET = "/method/users.get"


def test_parameters_travel_in_the_query_the_form_or_both(sandbox: Sandbox, owner: Person) -> None:
    everything = {"access_token": owner.token, "v": "5.199", "user_ids": str(owner.id)}
    query = {"access_token": owner.token, "v": "5.199"}
    answers = [
        sandbox.http.get(GET, params=everything),
        sandbox.http.post(GET, data=everything),
        sandbox.http.post(GET, params=query, data={"user_ids": str(owner.id)}),
        sandbox.http.post(GET, params=query, files={"user_ids": (None, str(owner.id))}),
        sandbox.http.post(GET, params={**everything, "user_ids": "1"}, data={"user_ids": str(owner.id)}),
    ]
    assert [answer.json()["response"][0]["id"] for answer in answers] == [owner.id] * 5


def test_the_token_may_be_a_bearer(sandbox: Sandbox, owner: Person) -> None:
    answer = sandbox.http.get(GET, params={"v": "5.199"}, headers={"Authorization": f"Bearer {owner.token}"})
    assert answer.json()["response"][0]["id"] == owner.acting


def test_unknown_parameters_and_an_empty_cookie_do_no_harm(sandbox: Sandbox, owner: Person) -> None:
    data = {"access_token": owner.token, "v": "5.199", "lang": "ru", "test_mode": "1", "x": "y"}
    assert "response" in sandbox.http.post(TIME, data=data, headers={"Cookie": ""}).json()


def test_an_error_carries_the_parameters_but_not_the_token(sandbox: Sandbox, owner: Person) -> None:
    data = {"access_token": owner.token, "v": "5.199", "chat_id": "5", "title": "9А"}
    answer = sandbox.http.post("/method/messages.editChat", data=data)
    assert answer.json() == {
        "error": {
            "error_code": 927,
            "error_msg": "Chat does not exist",
            "request_params": [
                {"key": "method", "value": "messages.editChat"},
                {"key": "oauth", "value": "1"},
                {"key": "v", "value": "5.199"},
                {"key": "chat_id", "value": "5"},
                {"key": "title", "value": "9А"},
            ],
        }
    }


def test_a_version_is_required(sandbox: Sandbox, owner: Person) -> None:
    assert sandbox.error("users.get", owner.token, v="") == (8, "Invalid request: v is required")
    assert sandbox.error("users.get", owner.token, v="latest") == (8, "Invalid request: v is incorrect")


def test_an_unknown_method_is_an_error_3_and_names_are_case_sensitive(sandbox: Sandbox, owner: Person) -> None:
    for name in ("edu.getChats", "messages.createchat", "messages.getlongpollserver"):
        answer = sandbox.http.post(f"/method/{name}", data={"access_token": owner.token, "v": "5.199"}).json()
        assert (answer["error"]["error_code"], answer["error"]["error_msg"]) == (3, "Unknown method passed")


def test_a_json_body_is_not_read(sandbox: Sandbox, owner: Person) -> None:
    answer = sandbox.http.post(TIME, json={"access_token": owner.token, "v": "5.199"})
    assert (answer.status_code, answer.json()["error"]["error_code"]) == (200, 8)


def test_a_broken_multipart_body_is_an_invalid_request(sandbox: Sandbox) -> None:
    answer = sandbox.http.post(TIME, content=b"--", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["error"]["error_code"]) == (200, 8)


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
def test_other_verbs_are_not_supported(sandbox: Sandbox, verb: str) -> None:
    answer = sandbox.http.request(verb, TIME)
    assert (answer.status_code, answer.json()["error"]["error_code"]) == (200, 9999)


def test_every_answer_has_a_date_and_strict_headers(sandbox: Sandbox) -> None:
    for path in ("/", "/style.css", TIME, "/control/stats"):
        headers = sandbox.http.get(path).headers
        assert headers["date"].endswith("GMT")
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers
        assert "set-cookie" not in headers


def test_a_foreign_host_is_refused(sandbox: Sandbox) -> None:
    assert sandbox.http.get("/", headers={"Host": "school.example"}).status_code == 400


def test_unofficial_clients_of_newer_versions_are_understood(sandbox: Sandbox, owner: Person) -> None:
    """What they send beyond the schema is ignored."""

    def asked(method: str, **form: object) -> dict[str, Any]:
        data = {"access_token": owner.token, **{name: str(value) for name, value in form.items()}}
        answer: dict[str, Any] = sandbox.http.post(f"/method/{method}?v=5.255", data=data).json()
        return answer

    sandbox.response("messages.createChat", owner.token, title="9А")
    peer = 2_000_000_001
    said = [
        asked("messages.send", peer_id=peer, random_id=-123456789, message="да", format_data="{}") for _ in range(2)
    ]
    assert said[0] == said[1]
    extra = {"start_cmid": 99999999, "group_id": 0, "fwd_extended": 1, "lang": "ru", "extended": 1, "fields": "id,wall"}
    [message, _] = asked("messages.getHistory", peer_id=peer, count=5, offset=0, **extra)["response"]["items"]
    assert message["id"] == said[0]["response"]["message_id"]
    number = message["conversation_message_id"]
    gone = asked("messages.delete", peer_id=peer, cmids=number, delete_for_all=1, spam=0, group_id=0, lang="ru")
    assert gone["response"][0]["response"] == 1
    assert "key" in asked("messages.getLongPollServer", lp_version=19, need_pts=1, group_id=0)["response"]
