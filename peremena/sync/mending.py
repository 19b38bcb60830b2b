"""Rooms in which something happened are read again and put right."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from django.db import connection as database
from django.db.models import QuerySet
from django.utils import timezone

from peremena.audit.acts import Actor
from peremena.core.errors import MessengerError, Transient, Unauthorized, UnusableInput
from peremena.jobs.queue import enqueue, is_waiting
from peremena.school.models import Connection, Organization, Room
from peremena.sync.changing import change
from peremena.sync.reading import read_rooms
from peremena.sync.stopping import stop_connection

MEND = "sync.mend"
EVENTS = Actor.system("events")
SLICE = 60.0  # seconds of one job
AT_ONCE = 500  # rooms
A_MOMENT = 0.5  # seconds until a room is looked at again whose chat has something on its way
A_PAUSE = 5.0  # seconds until a room is read again that could not be told for a passing trouble
A_WHILE = 60.0  # seconds, where a person may have to look after something first
NAP = 0.1
LOOKED_AFTER = """
update school_room set due_at = null from unnest(%s::bigint[], %s::timestamptz[]) as seen (id, since)
where school_room.id = seen.id and school_room.due_at = seen.since
"""
log = logging.getLogger(__name__)


def wake_mending(connection: int) -> None:
    """Have the connection's due rooms looked after, in the caller's transaction."""
    if not is_waiting(lock := f"mend:{connection}"):
        enqueue(MEND, lock=lock, connection=connection)


def due_rooms(now: datetime) -> QuerySet[Room]:
    """Rooms that are to be read again and can be, those that have waited longest first."""
    school = {"chat__organization__chats_enabled": True, "chat__organization__active_year__isnull": False}
    usable = Room.objects.filter(due_at__lte=now, connection__state=Connection.READY, **school)
    return usable.exclude(external_id="").order_by("due_at")


def mend(connection: Connection, *, stop: Callable[[], bool]) -> None:
    """Look after the due rooms of this connection until none is due, or `stop`, or the slice is over."""
    ends = time.monotonic() + SLICE
    while not stop() and time.monotonic() < ends:
        now = timezone.now()
        own = due_rooms(now).filter(connection=connection)
        if (first := own.select_related("chat__organization").first()) is None:
            if not due_rooms(now + timedelta(seconds=2 * A_MOMENT)).filter(connection=connection).exists():
                return
            time.sleep(NAP)
            continue
        if not _mend_school(connection, first.chat.organization, own):
            return
    wake_mending(connection.pk)


def _mend_school(connection: Connection, organization: Organization, due: QuerySet[Room]) -> bool:
    """Reads the school's due rooms and puts them right; whether it makes sense to go on."""
    rows = due.filter(chat__organization=organization).values_list("pk", "chat", "due_at")[:AT_ONCE]
    rooms = {pk: (chat, since) for pk, chat, since in rows}
    try:
        later = read_rooms(connection, organization, among=rooms).later
        busy = change(organization, [chat for pk, (chat, _) in rooms.items() if pk not in later], actor=EVENTS)
    except Unauthorized as error:
        stop_connection(connection, error.reason)
        return False
    except MessengerError as error:
        seconds = error.retry_after if isinstance(error, Transient) else A_WHILE
        _put_off(rooms, seconds)
        return True
    except UnusableInput as error:  # no year, chats switched off, another connection: nothing of it is urgent
        log.info("organization %s: its rooms are not looked after: %s", organization.pk, error)
        _put_off(rooms, A_WHILE)
        return True
    waiting = {pk for pk, (chat, _) in rooms.items() if chat in busy}
    _put_off(waiting, A_MOMENT)
    _put_off(later, A_PAUSE)
    _looked_after({pk: since for pk, (_, since) in rooms.items() if pk not in waiting | later})
    return True


def _put_off(rooms: Collection[int], seconds: float) -> None:
    Room.objects.filter(pk__in=list(rooms)).update(due_at=timezone.now() + timedelta(seconds=seconds))


def _looked_after(rooms: Mapping[int, datetime | None]) -> None:
    """Not due any more, unless something has happened since they were read."""
    if rooms:
        with database.cursor() as cursor:
            cursor.execute(LOOKED_AFTER, [list(rooms.keys()), list(rooms.values())])
