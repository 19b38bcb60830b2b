"""The figures of a chat that pages sort by, made anew from the same values a plan is made of."""

from __future__ import annotations

from collections.abc import Set

from django.utils import timezone

from peremena.core.operations import ChatKey
from peremena.core.plan import Plan, School
from peremena.core.standing import chat_standing
from peremena.school.changes import rewrite
from peremena.school.models import Chat, Connection
from peremena.school.snapshot import clamped, load_chat

Figures = tuple[int, int, int]  # seats, linked, inside


def renew(school: School, plan: Plan, *, among: Set[ChatKey] | None = None) -> None:
    """Write seats, linked and inside of every chat of the school that has changed, or of those `among` them; one query to
    read, one to write."""
    rows = []
    for chat in Chat.objects.filter(organization=school.year.organization, archived_at=None):
        if among is not None and chat.chat_key not in among:
            continue
        wanted = plan.wanted.get(chat.chat_key)
        figures = figures_of(school, chat.chat_key, wanted.seats if wanted else frozenset())
        if (chat.seats, chat.linked, chat.inside) != figures:
            rows.append((chat.pk, *figures))
    rewrite(Chat, ("seats", "linked", "inside"), rows)


def renew_chat(chat: Chat, connection: Connection | None) -> None:
    """The same for one chat, whose people a person has just decided about."""
    school = load_chat(chat, connection, clamped(timezone.localdate(), chat.organization))
    figures = figures_of(school, chat.chat_key, chat_standing(school, chat.chat_key).seats)
    rewrite(Chat, ("seats", "linked", "inside"), [(chat.pk, *figures)])


def figures_of(school: School, key: ChatKey, seats: frozenset[int]) -> Figures:
    linked = {account for person in seats if (account := school.accounts.get(person))}
    known = school.known.get(key)
    return len(seats), len(linked), len(linked & known.room.members) if known and known.room else 0
