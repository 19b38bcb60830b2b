"""The figures of a chat that pages sort by, made anew from the same values a plan is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from peremena.core.operations import ChatKey, RemoveMember
from peremena.core.plan import Plan, School
from peremena.school.changes import rewrite
from peremena.school.models import Chat

FIGURES = ("seats", "linked", "inside", "left", "excess")


def renew(school: School, plan: Plan, *, among: Set[ChatKey] | None = None) -> None:
    """Write the figures of every chat of the school that has changed, or of those `among` them; one query to read, one to
    write."""
    rows = []
    going = _going(plan)
    for chat in Chat.objects.filter(organization=school.year.organization, archived_at=None):
        if among is not None and chat.chat_key not in among:
            continue
        figures = (*_people(school, plan, chat.chat_key), going[chat.chat_key])
        if figures != tuple(getattr(chat, name) for name in FIGURES):
            rows.append((chat.pk, *figures))
    rewrite(Chat, FIGURES, rows)


def _people(school: School, plan: Plan, key: ChatKey) -> tuple[int, int, int, int]:
    """Seats; of them linked; of those inside, and gone by themselves."""
    wanted, known = plan.wanted.get(key), school.known.get(key)
    seats = wanted.seats if wanted else frozenset()
    linked = {account for person in seats if (account := school.accounts.get(person))}
    if known is None or known.room is None:
        return len(seats), len(linked), 0, 0
    inside = linked & known.room.members
    return len(seats), len(linked), len(inside), len((linked - inside) & known.room.left)


def _going(plan: Plan) -> Counter[ChatKey]:
    """How many have to go, by us or by a person's hand."""
    ours = (operation.chat for operation in plan.operations if isinstance(operation, RemoveMember))
    by_hand = (step.chat for step in plan.by_hand if step.chat and step.operation == RemoveMember.name)
    return Counter([*ours, *by_hand])
