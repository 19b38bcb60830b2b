from __future__ import annotations

import pytest

from peremena.web.counting import Forms, counted, duration, share

CHATS = Forms("чат", "чата", "чатов")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 чатов"),
        (1, "1 чат"),
        (2, "2 чата"),
        (4, "4 чата"),
        (5, "5 чатов"),
        (10, "10 чатов"),
        (11, "11 чатов"),
        (14, "14 чатов"),
        (21, "21 чат"),
        (22, "22 чата"),
        (100, "100 чатов"),
        (101, "101 чат"),
        (111, "111 чатов"),
        (1002, "1 002 чата"),
        (70_000, "70 000 чатов"),
    ],
)
def test_nouns_agree_with_numbers(number: int, said: str) -> None:
    assert counted(number, CHATS).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("value", "said"), [(0.1, "10 %"), (0.3075, "30,8 %"), (1.0, "100 %"), (0.0, "0 %")])
def test_shares_are_percentages_with_a_comma(value: float, said: str) -> None:
    assert share(value).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "меньше минуты"),
        (29, "меньше минуты"),
        (31, "1 минута"),
        (150, "2 минуты"),
        (3600, "1 час"),
        (7500, "2 часа 5 минут"),
    ],
)
def test_durations_are_as_exact_as_a_waiting_person_needs(seconds: int, said: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == said
