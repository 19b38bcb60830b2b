"""Finding messages."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox

PEER = 2_000_000_000
MOSCOW = timezone(timedelta(hours=3))


def say(sandbox: Sandbox, who: Person, peer: int, text: str) -> int:
    return int(sandbox.response("messages.send", who.token, peer_id=peer, message=text, random_id=0))


def make(sandbox: Sandbox, owner: Person, title: str, *people: Person) -> None:
    ids = ",".join(str(person.acting) for person in people)
    sandbox.response("messages.createChat", owner.token, title=title, user_ids=ids)


def search(sandbox: Sandbox, person: Person, **asked: Any) -> dict[str, Any]:
    answer: dict[str, Any] = sandbox.response("messages.search", person.token, **asked)
    return answer


def found(sandbox: Sandbox, person: Person, **asked: Any) -> list[str]:
    return [item["text"] for item in search(sandbox, person, **asked)["items"]]


@pytest.fixture
def pupil(sandbox: Sandbox, owner: Person) -> Person:
    """In the chat 1 of the owner, and in a dialog with him."""
    [person] = sandbox.people(1)
    make(sandbox, owner, "Ёлка", person)
    for peer, text in ((PEER + 1, "Ёлка в 9"), (person.id, "про ёлку"), (PEER + 1, "Без ЁЛКИ (100%_)")):
        say(sandbox, owner, peer, text)
    return person


def test_messages_of_all_conversations_are_found_the_newest_first(
    sandbox: Sandbox, owner: Person, pupil: Person
) -> None:
    answer = search(sandbox, pupil, q=" ёлк ")
    assert [(item["text"], item["peer_id"], item["out"]) for item in answer["items"]] == [
        ("Без ЁЛКИ (100%_)", PEER + 1, 0),
        ("про ёлку", owner.acting, 0),
        ("Ёлка в 9", PEER + 1, 0),
    ]
    assert (answer["count"], answer.keys()) == (3, {"count", "items"})
    assert [item["peer_id"] for item in search(sandbox, owner, q="ПРО")["items"]] == [pupil.id]


def test_one_conversation_can_be_searched(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    assert found(sandbox, pupil, q="ёлк", peer_id=owner.acting) == ["про ёлку"]
    assert found(sandbox, pupil, q="ёлк", peer_id=PEER + 1) == ["Без ЁЛКИ (100%_)", "Ёлка в 9"]
    assert found(sandbox, pupil, q="ёлк", peer_id=PEER + 2) == found(sandbox, pupil, q="ёлк", peer_id=7) == []


def test_what_stands_in_q_is_no_pattern(sandbox: Sandbox, pupil: Person) -> None:
    assert found(sandbox, pupil, q="(100%_)") == ["Без ЁЛКИ (100%_)"]
    assert [found(sandbox, pupil, q=pattern) for pattern in (".", "%", "_9", "[", "\\d")] == [
        [],
        ["Без ЁЛКИ (100%_)"],
        [],
        [],
        [],
    ]


def test_pages_of_what_is_found_follow_each_other(sandbox: Sandbox, pupil: Person) -> None:
    pages = [search(sandbox, pupil, q="ёлк", count=2, offset=offset) for offset in (0, 2, 4)]
    assert [(page["count"], len(page["items"])) for page in pages] == [(3, 2), (3, 1), (3, 0)]
    assert search(sandbox, pupil, q="ёлк", count=0) == {"count": 3, "items": []}


def test_without_a_word_something_else_must_narrow_the_search(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    assert found(sandbox, pupil, peer_id=owner.acting) == ["про ёлку"]
    assert len(found(sandbox, pupil, date=31129999)) == 3
    refused = (100, "One of the parameters specified was missing or invalid: q is undefined")
    assert (
        sandbox.error("messages.search", pupil.token) == sandbox.error("messages.search", pupil.token, q=" ") == refused
    )
    assert sandbox.error("messages.search", pupil.token, q="а" * 9001)[0] == 100


def test_only_what_the_caller_sees_is_found(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    later, stranger = sandbox.people(2)
    sandbox.response("messages.addChatUser", owner.token, chat_id=1, user_id=later.id)
    assert found(sandbox, later, q="ёлк") == found(sandbox, stranger, q="ёлк") == []
    hidden, gone = (say(sandbox, owner, PEER + 1, f"ёлка {number}") for number in (1, 2))
    assert found(sandbox, later, q="ёлк") == ["ёлка 2", "ёлка 1"]
    sandbox.response("messages.delete", later.token, message_ids=hidden)
    sandbox.response("messages.delete", owner.token, message_ids=gone, delete_for_all=1)
    assert (found(sandbox, later, q="ёлк"), found(sandbox, pupil, q="ёлка 1")) == ([], ["ёлка 1"])
    sandbox.response("messages.removeChatUser", owner.token, chat_id=1, user_id=pupil.id)
    say(sandbox, owner, PEER + 1, "ёлка 3")
    assert (found(sandbox, later, q="ёлка 3"), found(sandbox, pupil, q="ёлка 3")) == (["ёлка 3"], [])
    sandbox.response("messages.deleteConversation", pupil.token, peer_id=PEER + 1)
    assert found(sandbox, pupil, q="ёлк") == ["про ёлку"]


def test_a_community_searches_its_own_conversations(sandbox: Sandbox, owner: Person) -> None:
    community = sandbox.seed(community={})["community"]
    say(sandbox, owner, -community["id"], "Привет, школа")
    asked = {"q": "ШКОЛА", "group_id": community["id"], "extended": 1}
    answer = sandbox.response("messages.search", community["token"], **asked)
    assert [(item["text"], item["peer_id"]) for item in answer["items"]] == [("Привет, школа", owner.acting)]
    assert [one["id"] for one in answer["profiles"]] == [owner.acting]


def test_a_day_finds_what_was_said_before_it(sandbox: Sandbox, pupil: Person) -> None:
    said = search(sandbox, pupil, q="ёлк")["items"]
    day = datetime.fromtimestamp(said[0]["date"], MOSCOW)
    assert found(sandbox, pupil, q="ёлк", date=f"{day - timedelta(days=1):%d%m%Y}") == []
    assert len(found(sandbox, pupil, q="ёлк", date=f"{day + timedelta(days=1):%d%m%Y}")) == 3
    assert found(sandbox, pupil, q="ёлк", date=said[-1]["date"]) == []
    assert len(found(sandbox, pupil, q="ёлк", date=said[0]["date"] + 1)) == 3
    assert len(found(sandbox, pupil, q="ёлк", date=0)) == 3
    assert [sandbox.error("messages.search", pupil.token, q="ё", date=day)[0] for day in ("31022026", 1, -1)] == [
        100
    ] * 3


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (0, "Завтра  урок, в 9"),
        (17, "Завтра  урок, в 9"),
        (16, "Завтра  урок, в"),
        (8, "Завтра"),
        (6, "Завтра"),
        (3, "Зав"),
    ],
)
def test_a_preview_ends_with_a_whole_word(sandbox: Sandbox, owner: Person, length: int, shown: str) -> None:
    [friend] = sandbox.people(1)
    say(sandbox, owner, friend.id, "Завтра  урок, в 9")
    assert found(sandbox, owner, q="урок", preview_length=length) == [shown]


def test_an_extended_answer_brings_people_and_conversations(sandbox: Sandbox, owner: Person, pupil: Person) -> None:
    answer = search(sandbox, pupil, q="ёлк", extended=1, fields="sex")
    assert [one["peer"]["id"] for one in answer["conversations"]] == [PEER + 1, owner.acting]
    assert [one["unread_count"] for one in answer["conversations"]] == [2, 1]
    assert [(one["id"], one["sex"]) for one in answer["profiles"]] == [(owner.acting, 0)]
    assert answer["groups"] == []
    last = answer["items"][0]["id"]
    sandbox.response("messages.delete", pupil.token, message_ids=last)
    [chat] = search(sandbox, pupil, q="9", extended=1)["conversations"]
    assert chat["last_message_id"] == answer["items"][2]["id"]
    assert search(sandbox, pupil, q="нет", extended=1)["conversations"] == []


def test_a_search_in_many_chats_costs_as_many_queries_as_in_two(tmp_path: Path) -> None:
    counted = [sys.executable, "-m", "tests.sandbox.search_queries", str(tmp_path)]
    few, many, *rest = map(int, subprocess.check_output(counted, text=True).split())
    assert (few, rest) == (many, [])
