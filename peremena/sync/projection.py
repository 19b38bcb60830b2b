"""The figures of a chat that pages sort by, made anew from the same values a plan is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from django.utils import timezone

from peremena.core.operations import ChatKey, RemoveMember
from peremena.core.plan import Plan, School
from peremena.core.standing import chat_standing
from peremena.core.state import PersonState
from peremena.school.changes import rewrite
from peremena.school.models import Chat, Connection
from peremena.school.snapshot import clamped, load_chat

FIGURES = ("seats", "linked", "inside", "left", "excess")


def renew(school: School, plan: Plan, *, among: Set[ChatKey] | None = None) -> None:
    """Write the figures of every chat of the school that has changed, or of those `among` them; one query to read, one to
    write."""
    rows = []
    going = _going(plan)
    for chat in Chat.objects.filter(organization=school.year.organization, archived_at=None):
        if among is not None and chat.chat_key not in among:
            continue
        wanted = plan.wanted.get(chat.chat_key)
        seats = wanted.seats if wanted else frozenset()
        figures = (*_people(school, chat.chat_key, seats), going[chat.chat_key])
        if figures != tuple(getattr(chat, name) for name in FIGURES):
            rows.append((chat.pk, *figures))
    rewrite(Chat, FIGURES, rows)


def renew_chat(chat: Chat, connection: Connection | None) -> None:
    """The same for one chat, whose people a person has just decided about."""
    school = load_chat(chat, connection, clamped(timezone.localdate(), chat.organization))
    standing = chat_standing(school, chat.chat_key)
    going = sum(each.state == PersonState.LEAVING for each in standing.people)
    rewrite(Chat, FIGURES, [(chat.pk, *_people(school, chat.chat_key, standing.seats), going)])


def _people(school: School, key: ChatKey, seats: frozenset[int]) -> tuple[int, int, int, int]:
    """Seats; of them linked; of those inside, and gone by themselves."""
    linked = {account for person in seats if (account := school.accounts.get(person))}
    known = school.known.get(key)
    if known is None or known.room is None:
        return len(seats), len(linked), 0, 0
    inside = linked & known.room.members
    return len(seats), len(linked), len(inside), len((linked - inside) & known.room.left)


def _going(plan: Plan) -> Counter[ChatKey]:
    """How many have to go, by us or by a person's hand."""
    ours = (operation.chat for operation in plan.operations if isinstance(operation, RemoveMember))
    by_hand = (step.chat for step in plan.by_hand if step.chat and step.operation == RemoveMember.name)
    return Counter([*ours, *by_hand])
