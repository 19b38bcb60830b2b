"""What happens while a chat is being made, the run that makes it does not know: a title given, a place decided, a profile linked,
another roster. Such a chat is looked at again as soon as it has its room."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from peremena.school.models import Account, Connection, Room, Seat
from peremena.school.places import chats_of, people_of


def look_again(connection: Connection, chats: Collection[int], *, since: datetime) -> None:
    """These chats have just got their rooms, by plans that were made at `since` or later."""
    decided = Exists(Seat.objects.filter(chat=OuterRef("chat"), decided_at__gt=since))
    changed = ~Q(title=F("chat__title")) | Q(decided) | Q(chat__organization__roster_at__gte=since)
    linked = Account.objects.filter(messenger=connection.messenger, ended_at=None, linked_at__gte=since)
    people = set(linked.filter(person__in=people_of(chats)).values_list("person", flat=True))
    if people:
        changed |= Q(chat__in=chats_of(people).filter(pk__in=chats).values("pk"))
    made = Room.objects.filter(changed, connection=connection, chat__in=chats).values("pk")
    Room.objects.filter(pk__in=made).update(due_at=timezone.now())
