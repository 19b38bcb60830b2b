"""Who has linked since a run was planned is in none of its steps: the rooms it makes are looked at again where he may have a
place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone

from peremena.school.models import Account, Connection, Room
from peremena.school.places import chats_of, people_of


def look_again(connection: Connection, chats: Collection[int], *, since: datetime) -> None:
    """These chats have just got their rooms, by plans that were made at `since` or later."""
    linked = Account.objects.filter(messenger=connection.messenger, ended_at=None, linked_at__gte=since)
    people = set(linked.filter(person__in=people_of(chats)).values_list("person", flat=True))
    if people:
        places = chats_of(people).filter(pk__in=chats).values("pk")
        Room.objects.filter(connection=connection, chat__in=places).update(due_at=timezone.now())
