"""Every room is read once a night, for what no event has told of. What the roster wants else is a person's to approve: only
rooms that are otherwise than we remembered are put right."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from peremena.core.errors import MessengerError, Unauthorized
from peremena.jobs.queue import enqueue
from peremena.school.models import Connection, Organization, Room
from peremena.sync.mending import wake_mending
from peremena.sync.reading import read_rooms
from peremena.sync.stopping import stop_connection

READ_AGAIN = "sync.read_again"
SLICE = 60.0  # seconds of one job
AT_ONCE = 500  # rooms
PAUSE = 5.0  # seconds, where the messenger has trouble
NIGHT = timedelta(hours=4)  # what cannot be read by then is left for the next one
log = logging.getLogger(__name__)


def ask_to_read(connection: int, *, before: datetime) -> None:
    """Have all rooms read that were not since `before`."""
    enqueue(READ_AGAIN, lock=f"read:{connection}", connection=connection, before=before.timestamp())


def read_again(connection: Connection, *, before: datetime, stop: Callable[[], bool]) -> None:
    """Read the rooms that were not since `before`, school by school, until all are, or `stop`, or the slice is over."""
    ends = time.monotonic() + SLICE
    unread = Room.objects.filter(Q(read_at=None) | Q(read_at__lt=before), connection=connection).exclude(external_id="")
    while not stop() and time.monotonic() < ends:
        first = unread.filter(chat__organization__chats_enabled=True).select_related("chat__organization").first()
        if first is None or timezone.now() > before + NIGHT:
            return
        school = first.chat.organization
        rooms = list(unread.filter(chat__organization=school).values_list("pk", flat=True)[:AT_ONCE])
        try:
            _read(connection, school, rooms)
        except Unauthorized as error:
            stop_connection(connection, error.reason)
            return
        except MessengerError as error:
            log.info("connection %s: its rooms cannot be read now (%s)", connection.pk, error.reason)
            time.sleep(PAUSE)
    ask_to_read(connection.pk, before=before)


def _read(connection: Connection, school: Organization, rooms: list[int]) -> None:
    if drifted := read_rooms(connection, school, among=rooms).drifted:
        Room.objects.filter(pk__in=drifted).update(due_at=timezone.now())
        wake_mending(connection.pk)
