"""What follows when something has happened in a room."""

from __future__ import annotations

from django.utils import timezone

from peremena.school.models import Connection, Room
from peremena.sync.mending import mend
from peremena.sync.models import Run
from tests.sync.town import chat_of, lane


def happened(kind: str) -> None:
    Room.objects.filter(chat=chat_of(kind)).update(due_at=timezone.now())


def mended(connection: Connection) -> list[Run]:
    """What looking after the due rooms started, carried out."""
    before = set(Run.objects.values_list("pk", flat=True))
    looked_after(connection)
    lane()
    return list(Run.objects.exclude(pk__in=before).order_by("pk"))


def looked_after(connection: Connection) -> None:
    """One job. What has to wait is looked at once: then it stays due."""
    looks = iter([False])
    mend(connection, stop=lambda: next(looks, True))
