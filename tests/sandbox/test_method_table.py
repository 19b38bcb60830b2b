"""The table of methods against VK's schema, against the README, and against our own diligence."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vk_sandbox
from tests.sandbox import schema
from tests.sandbox.process import Person, Sandbox

README = Path(vk_sandbox.__file__).parent / "README.md"
COVERAGE = [sys.executable, "-m", "vk_sandbox.coverage"]
TABLE: dict[str, dict[str, Any]] = json.loads(subprocess.check_output([*COVERAGE, "--json"]))
PEER = 2_000_000_001

# For each method: parameters that make it answer, and parameters that make it refuse, in a chat of three.
EXAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    "execute": ({"code": "return [API.utils.getServerTime()];"}, {"code": "while (true);"}, 12),
    "messages.addChatUser": ({"chat_id": 1, "user_id": "NEW"}, {"chat_id": 1, "user_id": "MEMBER"}, 15),
    "messages.createChat": ({"title": "9А", "user_ids": "NEW"}, {"title": " "}, 100),
    "messages.editChat": ({"chat_id": 1, "title": "9Б"}, {"chat_id": 2, "title": "9Б"}, 927),
    "messages.getConversationMembers": ({"peer_id": PEER, "extended": 1}, {"peer_id": PEER + 1}, 927),
    "messages.getConversations": ({"extended": 1}, {"count": 201}, 100),
    "messages.getConversationsById": ({"peer_ids": PEER, "extended": 1}, {}, 100),
    "messages.removeChatUser": ({"chat_id": 1, "user_id": "MEMBER"}, {"chat_id": 1, "user_id": "NEW"}, 935),
    "users.get": ({"fields": "sex,bdate"}, {"user_ids": ",".join(["1"] * 1001)}, 100),
    "utils.getServerTime": ({}, {"v": ""}, 8),
}


def test_every_method_has_an_example() -> None:
    assert EXAMPLES.keys() == TABLE.keys()


@pytest.mark.parametrize("method", TABLE)
def test_a_method_answers_and_refuses_as_the_schema_says(sandbox: Sandbox, owner: Person, method: str) -> None:
    member, other, new = sandbox.people(3)
    sandbox.response("messages.createChat", owner.token, title="9А", user_ids=f"{member.id},{other.id}")
    names = {"MEMBER": member.id, "NEW": new.id}
    good, bad, code = EXAMPLES[method]
    assert "response" in sandbox.call(
        method, owner.token, **{key: names.get(value, value) for key, value in good.items()}
    )
    assert sandbox.error(method, owner.token, **{key: names.get(value, value) for key, value in bad.items()})[0] == code


@pytest.mark.parametrize("method", sorted(TABLE.keys() & schema.methods().keys()))
def test_parameters_and_tokens_are_declared_as_the_schema_declares_them(method: str) -> None:
    published = schema.methods()[method]
    assert TABLE[method]["tokens"] == sorted(published["access_token_type"])
    if method == "execute":
        return  # the schema lists no parameters of it
    theirs = {parameter["name"]: parameter for parameter in published["parameters"]}
    ours = TABLE[method]["parameters"]
    assert {name: as_published(parameter) for name, parameter in ours.items()} == {
        name: reduced(theirs[name]) for name in ours
    }


def as_published(ours: dict[str, Any]) -> dict[str, Any]:
    kind = {"csv<integer>": "array", "csv<string>": "array"}.get(ours["type"], ours["type"])
    return {
        "type": kind,
        "required": ours["required"],
        "default": ours["default"],
        "minimum": None if kind == "array" else ours["minimum"],
        "maximum": ours["maximum"],
        "maxItems": ours["max_items"],
        "enum": list(ours["choices"]),
    }


def reduced(theirs: dict[str, Any]) -> dict[str, Any]:
    keys = ("type", "required", "default", "minimum", "maximum", "maxItems")
    return {key: theirs.get(key, False if key == "required" else None) for key in keys} | {
        "enum": theirs.get("enum", [])
    }


def test_only_methods_outside_our_copy_of_the_schema_are_described_by_hand() -> None:
    assert TABLE.keys() - schema.methods().keys() == {"utils.getServerTime"}


def test_the_readme_carries_the_table_that_the_code_makes() -> None:
    table = subprocess.check_output(COVERAGE, text=True)
    begin, end = "<!-- python -m vk_sandbox.coverage -->\n", "<!-- end -->"
    assert README.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0] == table
