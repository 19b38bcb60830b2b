"""The witness itself: it must be able to say no."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.schema import problems

MEMBERS = "messages.getConversationMembers"


def members(item: dict[str, Any]) -> dict[str, Any]:
    return {"response": {"count": 1, "items": [item]}}


def error(code: int, text: str) -> dict[str, Any]:
    return {"error": {"error_code": code, "error_msg": text, "request_params": []}}


def test_a_good_answer_has_no_problems() -> None:
    assert problems(MEMBERS, members({"member_id": 1, "join_date": 2, "is_admin": True})) == []


def test_a_good_error_has_no_problems() -> None:
    assert problems(MEMBERS, error(917, "You don't have access to this chat")) == []
    assert problems(MEMBERS, error(100, "One of the parameters specified was missing or invalid: x is undefined")) == []


def test_the_shape_of_an_answer_depends_on_what_was_asked() -> None:
    people = {"response": {"count": 1, "items": [{"id": 1}]}}
    assert problems("groups.getMembers", people, ["fields"]) == []
    assert problems("groups.getMembers", people) == ["$.response.items[0]: {'id': 1} is not of type 'integer'"]


@pytest.mark.parametrize(
    ("method", "body", "found"),
    [
        (MEMBERS, members({}), "$.response.items[0]: 'member_id' is a required property"),
        (MEMBERS, members({"member_id": "1"}), "$.response.items[0].member_id: '1' is not of type 'integer'"),
        (MEMBERS, members({"member_id": 1, "is_admin": 1}), "$.response.items[0].is_admin: 1 is not of type 'boolean'"),
        (MEMBERS, {"response": {"count": 1}}, "$.response: 'items' is a required property"),
        (MEMBERS, {}, "neither response nor error: []"),
        (
            MEMBERS,
            {"response": {"count": 0, "items": []}, "error": {}},
            "neither response nor error: ['error', 'response']",
        ),
        (MEMBERS, {"error": {"error_msg": "x"}}, "$: 'error_code' is a required property"),
        (MEMBERS, error(935, "User not found in chat"), f"{MEMBERS} never gives error 935"),
        (MEMBERS, error(917, "No"), "error 917 says 'No'"),
        (
            "messages.createChat",
            {"response": {"peer_ids": [-1]}},
            "$.response.peer_ids[0]: -1 is less than the minimum of 0",
        ),
        ("messages.editChat", {"response": 2}, "$.response: 2 is not one of [1]"),
        ("utils.getServerTime", {"response": "1"}, "$: '1' is not of type 'integer'"),
        (
            "messages.getConversationsById",
            {"response": {"count": 1, "items": [{"peer": {"id": 1, "type": "room"}}]}},
            "$.response.items[0].peer.type: 'room' is not one of ['chat', 'email', 'user', 'group']",
        ),
        ("users.get", {"response": [{"first_name": "А"}]}, "$.response[0]: 'id' is a required property"),
    ],
)
def test_a_bad_answer_is_reported(method: str, body: dict[str, Any], found: str) -> None:
    assert found in problems(method, body)
