"""The brake: both limits, the share and the count, must be passed, in one chat or in all together."""

from __future__ import annotations

import pytest

from peremena.core.guard import Refusal, refusal
from peremena.core.operations import AddMember, Operation, RemoveMember
from peremena.core.state import ActualRoom
from tests.core.worlds import KEYS

Sizes = tuple[tuple[int, int], ...]


def refused(sizes: Sizes) -> Refusal | None:
    """For each chat: how many go, of how many of ours. Two strangers sit in each and never count."""
    actual, operations = {}, list[Operation]()
    for chat, (going, of) in zip(KEYS, sizes, strict=False):
        ours = [f"m{number:03}" for number in range(of)]
        actual[chat] = ActualRoom("А", members=frozenset([*ours, "s1", "s2"]), ours=frozenset(ours))
        operations += [AddMember(chat, "new"), *(RemoveMember(chat, member) for member in ours[:going])]
    return refusal(operations, actual)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (((0, 0),), None),
        (((3, 3), (0, 100)), None),
        (((4, 4), (0, 100)), Refusal("members_of_one_chat", 0.3, 1.0)),
        (((6, 20), (0, 100)), None),
        (((7, 20), (0, 100)), Refusal("members_of_one_chat", 0.3, 0.35)),
        (((2, 10), (2, 10), (1, 10)), None),
        (((2, 10), (2, 10), (2, 40)), None),
        (((2, 10), (2, 10), (2, 39)), Refusal("members_of_all_chats", 0.1, 0.1017)),
        (((6, 12), (0, 12)), Refusal("members_of_one_chat", 0.3, 0.5)),
        (((8, 16), (6, 9)), Refusal("members_of_one_chat", 0.3, 0.6667)),
        (((12, 12),), Refusal("members_of_all_chats", 0.1, 1.0)),
    ],
    ids=str,
)
def test_a_plan_is_refused_when_it_passes_both_limits_and_for_its_worst_case(
    sizes: Sizes, expected: Refusal | None
) -> None:
    assert refused(sizes) == expected
