"""Where one person stands in one chat, and the figures."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from peremena.core.state import ActualRoom, PersonState, percent, person_state
from tests.core.trial import holds

S = PersonState
ROOMS = {
    "no room": None,
    "empty": ActualRoom("А"),
    "ours": ActualRoom("А", members=frozenset("m"), ours=frozenset("m")),
    "not ours": ActualRoom("А", members=frozenset("m")),
    "left": ActualRoom("А", left=frozenset("m")),
    "refused": ActualRoom("А", refused={"m": "privacy"}),
    "invited": ActualRoom("А", invited=frozenset("m")),
    "came back": ActualRoom("А", frozenset("m"), frozenset("m"), left=frozenset("m"), refused={"m": "privacy"}),
    "left when refused": ActualRoom("А", left=frozenset("m"), invited=frozenset("m"), refused={"m": "privacy"}),
    "refused when invited": ActualRoom("А", invited=frozenset("m"), refused={"m": "privacy"}),
}
# room: (seated and linked, linked without a seat)
TABLE = {
    "no room": (S.WAITING, S.ABSENT),
    "empty": (S.WAITING, S.ABSENT),
    "ours": (S.INSIDE, S.LEAVING),
    "not ours": (S.INSIDE, S.STRANGER),
    "left": (S.LEFT, S.ABSENT),
    "refused": (S.REFUSED, S.ABSENT),
    "invited": (S.INVITED, S.ABSENT),
    "came back": (S.INSIDE, S.LEAVING),
    "left when refused": (S.LEFT, S.ABSENT),
    "refused when invited": (S.REFUSED, S.ABSENT),
}


def test_the_table_is_total() -> None:
    assert TABLE.keys() == ROOMS.keys()
    reached = {state for row in TABLE.values() for state in row} | {S.NOT_LINKED}
    assert reached == set(PersonState)


@pytest.mark.parametrize("room", ROOMS)
def test_a_person_stands_where_the_table_says(room: str) -> None:
    seated, not_seated = TABLE[room]
    assert person_state(seated=True, member="m", room=ROOMS[room]) is seated
    assert person_state(seated=False, member="m", room=ROOMS[room]) is not_seated


@pytest.mark.parametrize("room", ROOMS)
def test_who_has_not_linked_is_not_linked_or_absent(room: str) -> None:
    assert person_state(seated=True, member=None, room=ROOMS[room]) is S.NOT_LINKED
    assert person_state(seated=False, member=None, room=ROOMS[room]) is S.ABSENT


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, None),
        (0, 5, 0),
        (5, 5, 100),
        (199, 200, 99),
        (1, 3, 33),
        (2, 3, 66),
        (999_999, 1_000_000, 99),
        (1, 101, 0),
    ],
)
def test_a_percentage_is_rounded_down(part: int, whole: int, shown: int | None) -> None:
    assert percent(part, whole) == shown


def test_a_hundred_percent_means_everybody() -> None:
    def law(case: tuple[int, int]) -> None:
        part, whole = sorted(case)
        assert (percent(part, whole) == 100) is (part == whole)

    holds(st.tuples(st.integers(0, 3000), st.integers(1, 3000)), law)
