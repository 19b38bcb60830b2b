"""The lane of a connection: a loop over our own Step rows, read anew before each request. It never raises for what a messenger
does; what is to happen next stands in the rows, so it may be killed at any point and started again by anybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from peremena.core.errors import MessengerError, Transient, Unauthorized, UnusableInput
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.school.models import Connection
from peremena.sync.bookkeeping import intend, not_carried_out, record, recover, wait_for_messenger
from peremena.sync.choosing import Batch, next_batch
from peremena.sync.connections import opened
from peremena.sync.intents import settle
from peremena.sync.models import Run, Step
from peremena.sync.runs import wake
from peremena.sync.stopping import stop_connection

SLICE = 60.0  # seconds of one job: a worker that must stop waits for no longer job than that
NAP = 0.1  # seconds between two looks while something is due soon
SOON = 3.0  # seconds that the lane stays for what is due next; for what is later, a wake comes
log = logging.getLogger(__name__)


def run_lane(connection: Connection, *, stop: Callable[[], bool]) -> None:
    """Carry out what is due over this connection, until nothing is, or `stop`, or the slice is over."""
    if connection.state != Connection.READY:
        return
    ends = time.monotonic() + SLICE
    recover(connection)
    try:
        with opened(connection) as messenger:
            while not stop() and time.monotonic() < ends:
                if _turn(connection, messenger):
                    continue
                if connection.state != Connection.READY or not _comes_soon(connection):
                    _rest(connection)
                    return
                time.sleep(NAP)
    except UnusableInput as error:  # a credential that none of our keys opens, for one
        log.error("connection %s: cannot be used: %s", connection.pk, error)
        stop_connection(connection, "credential_unreadable")
        return
    wake(connection.pk)


def _turn(connection: Connection, messenger: Messenger) -> bool:
    """One request, or one look at lost creates; whether anything was done."""
    try:
        if settle(connection, messenger):
            return True
        batch = next_batch(connection.pk, messenger)
        if batch is None:
            return False
        if intend(batch, connection, messenger):
            _send(batch, connection, messenger)
    except Unauthorized as error:
        stop_connection(connection, error.reason)
        return False
    except MessengerError as error:
        wait_for_messenger(connection, error)
    return True


def _send(batch: Batch, connection: Connection, messenger: Messenger) -> None:
    before = messenger.requests.write
    trouble: MessengerError | None = None
    try:
        outcomes = messenger.apply(batch.operations, batch.rooms)
    except (Unauthorized, Transient) as error:
        if not isinstance(error, Lost):
            not_carried_out(batch, connection)
            raise
        trouble = error
    except MessengerError as error:
        outcomes = [Outcome(operation, error) for operation in batch.operations]
    except DatabaseError:
        raise  # the shared limiter's: the job is tried again when the database is back
    except Exception:  # a fault of ours must cost these steps at most, never the lane
        log.exception("connection %s: the adapter failed", connection.pk)
        trouble = Lost("garbled")
    if trouble:
        outcomes = [Outcome(operation, trouble) for operation in batch.operations]
    record(batch, outcomes, connection, requests=messenger.requests.write - before)
    if trouble:
        log.warning("connection %s: answer lost (%s)", connection.pk, trouble.reason)
        wait_for_messenger(connection, trouble)


def _comes_soon(connection: Connection) -> bool:
    """Whether something that cannot be sent now will be in a moment."""
    now = timezone.now()
    soon = (now, now + timedelta(seconds=SOON))
    runs = Run.objects.filter(connection=connection, state__in=Run.OPEN)
    steps = Step.objects.filter(Q(run__in=runs, state=Step.WAITING) | Q(connection=connection, state=Step.SENT))
    return runs.filter(due_at__range=soon).exists() or steps.filter(due_at__range=soon).exists()


def _rest(connection: Connection) -> None:
    """Nothing can be sent for a while: what is under way waits for its retries, and says why."""
    retries = Step.objects.filter(run=OuterRef("pk"), state=Step.WAITING, due_at__gt=timezone.now()).order_by("due_at")
    why = Coalesce(Subquery(retries.values("reason")[:1]), Value(""))
    Run.objects.filter(connection=connection, state=Run.RUNNING).update(state=Run.WAITING, problem=why)
