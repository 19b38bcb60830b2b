"""The brake: a plan that would put out too many people at once is refused until a named person gives a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from peremena.core.operations import Operation, RemoveMember
from peremena.core.state import Actual

# A share alone would stop a chat of four, a count alone a big school: both must be passed.
OF_ONE_CHAT = (0.30, 3)
OF_ALL = (0.10, 5)


class Refusal(NamedTuple):
    """`limit` and `value` are shares of the members we answer for, 0 to 1."""

    rule: str
    limit: float
    value: float


def refusal(operations: Iterable[Operation], actual: Actual) -> Refusal | None:
    """Why the plan may not go on by itself, the worst case first; None where it may."""
    removed = Counter(operation.chat for operation in operations if isinstance(operation, RemoveMember))
    if not removed:
        return None
    ours = {chat: len(room.ours & room.members) for chat, room in actual.items()}
    everywhere = _over("members_of_all_chats", OF_ALL, removed.total(), sum(ours.values()))
    of_chats = (_over("members_of_one_chat", OF_ONE_CHAT, count, ours[chat]) for chat, count in removed.items())
    found = [reason for reason in (everywhere, *of_chats) if reason]
    return max(found, key=lambda reason: reason.value, default=None)


def _over(rule: str, limits: tuple[float, int], removed: int, of: int) -> Refusal | None:
    share, count = limits
    value = removed / max(of, 1)
    return Refusal(rule, share, round(value, 4)) if value > share and removed > count else None
