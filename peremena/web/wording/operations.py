"""A plan in words: what will be done, what a person must do, why it is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from peremena.core.guard import Refusal
from peremena.web.counting import Forms, counted, grouped, share
from peremena.web.wording.chats import CHATS, MEMBERS, STEPS
from peremena.web.wording.reasons import Reason, reason

# Operation → what a person would say it does, and to how many of what.
OPERATIONS: dict[str, tuple[str, Forms]] = {
    "create_chat": ("создать", CHATS),
    "rename_chat": ("переименовать", CHATS),
    "add_member": ("добавить", MEMBERS),
    "invite_member": ("пригласить по ссылке", MEMBERS),
    "set_role": ("изменить права", MEMBERS),
    "remove_member": ("исключить", MEMBERS),
    "archive_chat": ("убрать в архив", CHATS),
}

RULES = {
    "members_of_all_chats": "Из чатов школы будет исключено {value} участников, а без вашего решения можно не больше {limit}.",
    "members_of_one_chat": "В одном из чатов будет исключено {value} участников, а без вашего решения можно не больше {limit}.",
}


def operation(name: str, number: int) -> str:
    """«создать 12 чатов»."""
    verb, forms = OPERATIONS[name]
    return f"{verb} {counted(number, forms)}"


def operations(counts: Mapping[str, int]) -> list[str]:
    """A sentence for each kind of operation there is, in the order in which they are done."""
    return [operation(name, counts[name]) for name in OPERATIONS if counts.get(name)]


class Line(NamedTuple):
    """What was not or will not be done by us, and why."""

    what: str
    why: Reason


def by_hand(steps: Iterable[tuple[str, str]]) -> list[Line]:
    """What a person must do, from (operation, reason code) of each step; equal ones are counted."""
    return [Line(_by_hand(name, number), reason(code)) for (name, code), number in Counter(steps).items()]


def _by_hand(name: str, number: int) -> str:
    # One to-do stands for every chat of the connection (core.capabilities).
    return "назначить учителей администраторами чатов" if name == "set_role" else operation(name, number)


def linked_seats(linked: int, seats: int) -> str:
    """Why fewer people are added than the roster seats."""
    said = f"Мест в чатах: {grouped(seats)}, из них у связавших учебный профиль: {grouped(linked)}."
    return said if linked == seats else f"{said} Остальные попадут в чаты, когда свяжут профиль."


def refusal(refused: Refusal) -> str:
    return RULES[refused.rule].format(value=share(refused.value), limit=share(refused.limit))


def undone(name: str, number: int, code: str) -> Line:
    """Equal steps of one chat that failed for the same reason."""
    verb, forms = OPERATIONS[name]
    return Line(f"{verb} {CHATS.one}" if forms is CHATS else operation(name, number), reason(code))


def failures(found: Iterable[tuple[str, int]]) -> list[Line]:
    """From (reason code, how many steps); codes that say the same are one line, the commonest first."""
    together: Counter[Reason] = Counter()
    for code, number in found:
        together[reason(code)] += number
    return [Line(counted(number, STEPS), why) for why, number in together.most_common()]
