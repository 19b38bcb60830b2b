"""The figures of a chat that pages sort by, made anew from the same values a plan is made of."""

from __future__ import annotations

from collections.abc import Set

from peremena.core.operations import ChatKey
from peremena.core.plan import Plan, School
from peremena.school.changes import rewrite
from peremena.school.models import Chat


def renew(school: School, plan: Plan, *, among: Set[ChatKey] | None = None) -> None:
    """Write seats, linked and inside of every chat of the school that has changed, or of those `among` them; one query to
    read, one to write."""
    rows = []
    for chat in Chat.objects.filter(organization=school.year.organization, archived_at=None):
        if among is not None and chat.chat_key not in among:
            continue
        wanted = plan.wanted.get(chat.chat_key)
        seats = wanted.seats if wanted else frozenset()
        linked = {account for person in seats if (account := school.accounts.get(person))}
        known = school.known.get(chat.chat_key)
        inside = len(linked & known.room.members) if known and known.room else 0
        if (chat.seats, chat.linked, chat.inside) != (len(seats), len(linked), inside):
            rows.append((chat.pk, len(seats), len(linked), inside))
    rewrite(Chat, ("seats", "linked", "inside"), rows)
