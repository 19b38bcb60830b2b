"""The judge of a finished sync: a good end passes, and each way of being wrong is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peremena.bench.verdict import Seen, complaints, expected

CHATS = {"Школа - 1А": frozenset({"1", "2"}), "Школа - 1Б": frozenset({"3"})}
GOOD = Seen(
    state="done",
    rooms=[("Школа - 1А", frozenset({"1", "2"})), ("Школа - 1Б", frozenset({"3"}))],
    duplicate_titles=0,
    writes={"createChat": 2},
    to_do={},
)


def test_a_good_end_has_no_complaints() -> None:
    assert complaints(expected(CHATS), GOOD) == {}


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        (
            replace(GOOD, rooms=sorted([*GOOD.rooms, GOOD.rooms[1]])),
            {"rooms": "нет 0: —; лишние 1: «Школа - 1Б» (1)"},
        ),
        (
            replace(GOOD, rooms=[("Школа - 1А", frozenset({"1"})), GOOD.rooms[1]]),
            {"rooms": "нет 1: «Школа - 1А» (2); лишние 1: «Школа - 1А» (1)"},
        ),
        (replace(GOOD, rooms=GOOD.rooms[:1]), {"rooms": "нет 1: «Школа - 1Б» (1); лишние 0: —"}),
        (replace(GOOD, duplicate_titles=1), {"duplicate_titles": "1, а должно быть 0"}),
        (
            replace(GOOD, writes={"createChat": 2, "addChatUser": 1}),
            {"writes": "{'createChat': 2, 'addChatUser': 1}, а должно быть {'createChat': 2}"},
        ),
        (replace(GOOD, to_do={"add_member": 1}), {"to_do": "{'add_member': 1}, а должно быть {}"}),
        (replace(GOOD, state="partial"), {"state": "'partial', а должно быть 'done'"}),
    ],
    ids=["twin", "member lost", "chat lost", "duplicate title", "second write", "something left to do", "not done"],
)
def test_whatever_is_wrong_is_told(seen: Seen, found: dict[str, str]) -> None:
    assert complaints(expected(CHATS), seen) == found
