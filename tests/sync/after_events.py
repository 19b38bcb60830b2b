"""What follows when something has happened in a room."""

from __future__ import annotations

from django.utils import timezone

from peremena.school.models import Connection, Enrollment, Room, SchoolClass
from peremena.sync.mending import mend
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.sync.town import Town, chat_of, lane


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


def a_crowd_comes(town: Town) -> None:
    """Eight pupils more in the only class: so many that they may not go at once."""
    with rows.writing():
        for number in range(8):
            rows.enroll(rows.person(f"Ученик {number}", linked=True), SchoolClass.objects.get())
    town.let_in()


def the_crowd_leaves() -> None:
    with rows.writing():
        Enrollment.objects.filter(person__family_name__startswith="Ученик").update(ended="2026-10-01")
