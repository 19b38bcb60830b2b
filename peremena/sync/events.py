"""The listener: one a worker process, in its event loop. It only marks rooms as due; the truth is the next read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from asgiref.sync import sync_to_async
from django.db import connection as database
from django.db import connections, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from peremena.core.errors import MessengerError, Transient, Unauthorized
from peremena.messengers.base import Events, Heard
from peremena.school.models import Connection, Room
from peremena.sync.connections import capabilities, events_of
from peremena.sync.mending import wake_mending
from peremena.sync.models import Listener, Step
from peremena.sync.stopping import stop_connection

QUEUE = "sync"  # workers of this queue listen
LEASE = 15.0  # seconds after which a listener that gives no sign of life has lost its connections
RENEW = LEASE / 3
OURS_FOR = timedelta(
    minutes=1
)  # what our own account does in a room so long after we have sent something there is our doing
SHORTEST_REST, LONGEST_REST = 1.0, 60.0  # seconds between two attempts where nothing can be heard
# By the database's clock. Whoever comes first takes all that is free.
KNOWN = """
insert into sync_listener (connection_id, holder, leased_until, position)
select id, '', clock_timestamp(), '' from school_connection where state = 'ready' on conflict do nothing
"""
LEASED = """
update sync_listener set holder = %(holder)s, leased_until = clock_timestamp() + %(lease)s * interval '1 s'
from school_connection where school_connection.id = connection_id and school_connection.state = 'ready'
and (holder = %(holder)s or leased_until < clock_timestamp())
returning connection_id
"""
Result = TypeVar("Result")
log = logging.getLogger(__name__)


async def listen(sole: bool) -> None:
    """Listen to every connection that nobody else listens to, until cancelled. `sole`: nobody else does."""
    await Ears().run(sole=sole)


class Ears:
    """What one process listens to: a task for each connection it has leased."""

    def __init__(self) -> None:
        self.holder = uuid4().hex
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self, *, sole: bool) -> None:
        leasing: asyncio.Future[set[int]] | None = None
        try:
            if sole:
                await in_database(Listener.objects.update, holder="", leased_until=timezone.now())
            while True:
                leasing = asyncio.ensure_future(in_database(lease, self.holder))
                try:
                    await self._tend(await asyncio.shield(leasing))
                except Exception:  # the database may be restarting: the next look will tell
                    log.warning("leases could not be renewed; the listener goes on", exc_info=True)
                await asyncio.sleep(RENEW)
        finally:
            await self._tend(set())
            with suppress(Exception):
                if leasing is not None:
                    await leasing  # or it would take back what we give
                await in_database(give_back, self.holder)

    async def _tend(self, held: set[int]) -> None:
        """A task for each of `held` and no other."""
        over = [pk for pk, task in self._tasks.items() if pk not in held or task.done()]
        ended = [self._tasks.pop(pk) for pk in over]
        for task in ended:
            task.cancel()
        for error in await asyncio.gather(*ended, return_exceptions=True):
            if isinstance(error, Exception):
                log.error("a listener failed and begins anew", exc_info=error)
        for pk in held - self._tasks.keys():
            self._tasks[pk] = asyncio.create_task(self._listen(pk))

    async def _listen(self, pk: int) -> None:
        """Until the lease is lost, or the messenger refuses the credential."""
        rest = SHORTEST_REST
        while True:
            found = await in_database(position_of, pk, self.holder)
            if found is None:
                return
            connection, position = found
            try:
                events = await in_database(events_of, connection)
            except Exception:
                log.exception("connection %s: cannot be listened to", pk)
                await asyncio.sleep(LONGEST_REST)
                continue
            try:
                async for heard in _stream(events, position):
                    if not await in_database(mark, pk, self.holder, heard):
                        return
                    rest = SHORTEST_REST
            except Unauthorized as error:
                await in_database(stop_connection, connection, error.reason)
                return
            except MessengerError as error:
                wait = max(rest, error.retry_after) if isinstance(error, Transient) else LONGEST_REST
                log.warning("connection %s: nothing can be heard (%s)", pk, error.reason)
                await asyncio.sleep(wait)
                rest = min(rest * 2, LONGEST_REST)
            finally:
                await events.close()


async def _stream(events: Events, position: str) -> AsyncIterator[Heard]:
    """What is heard, from `position` on."""
    while True:
        heard = await events.next(position)
        position = heard.position
        yield heard


async def in_database(work: Callable[..., Result], *arguments: Any, **named: Any) -> Result:
    """In a thread, whose connection goes back to the pool."""

    def run() -> Result:
        try:
            return work(*arguments, **named)
        finally:
            connections.close_all()

    result: Result = await sync_to_async(run, thread_sensitive=False)()
    return result


def lease(holder: str) -> set[int]:
    """Renew what `holder` has leased and take what is free: the connections that can be listened to."""
    with database.cursor() as cursor:
        cursor.execute(KNOWN)
        cursor.execute(LEASED, {"holder": holder, "lease": LEASE})
        leased = [row[0] for row in cursor.fetchall()]
    usable = Connection.objects.filter(pk__in=leased)
    return {connection.pk for connection in usable if capabilities(connection).events}


def give_back(holder: str) -> None:
    Listener.objects.filter(holder=holder).update(holder="", leased_until=timezone.now())


def position_of(pk: int, holder: str) -> tuple[Connection, str] | None:
    """The connection and how far it has been heard; None when it is not `holder`'s to listen to."""
    found = Listener.objects.filter(connection=pk, holder=holder).select_related("connection").first()
    return (found.connection, found.position) if found else None


def mark(pk: int, holder: str, heard: Heard) -> bool:
    """The rooms are due, and what has been heard will not be heard again. False when somebody else listens by now."""
    with transaction.atomic():
        if not Listener.objects.filter(connection=pk, holder=holder).update(position=heard.position):
            return False
        rooms = Room.objects.filter(connection=pk).exclude(external_id="")
        if not heard.gap:
            by_hand = Q(external_id__in=heard.own) & ~Exists(_our_doing(timezone.now() - OURS_FOR))
            rooms = rooms.filter(Q(external_id__in=heard.rooms) | by_hand)
        if rooms.update(due_at=timezone.now()):
            wake_mending(pk)
    return True


def _our_doing(since: datetime) -> QuerySet[Step]:
    """In the room that is asked about: on its way, or sent by a run that has been at work since. With our account a person may
    act as well; where we have sent nothing it was he."""
    sent = Step.objects.filter(connection=OuterRef("connection"), chat=OuterRef("chat"), attempts__gt=0)
    return sent.filter(Q(state=Step.SENT) | Q(run__due_at__gte=since) | Q(run__finished_at__gte=since))
