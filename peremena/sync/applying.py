"""The lane of a connection: a loop over our own Step rows, read anew before each request. It never raises for what a messenger
does; what is to happen next stands in the rows, so it may be killed at any point and started again by anybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import MessengerError, Transient, Unauthorized
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.school.models import Connection
from peremena.sync.bookkeeping import LostTheLane, answer_lost, intend, not_carried_out, record, wait_for_messenger
from peremena.sync.choosing import Batch, next_batch
from peremena.sync.connections import opened
from peremena.sync.intents import recover, settle
from peremena.sync.models import Run, Step
from peremena.sync.runs import wake

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
    with opened(connection) as messenger:
        while not stop() and time.monotonic() < ends:
            try:
                if _turn(connection, messenger):
                    continue
            except LostTheLane:
                log.warning("connection %s: another lane is at work, this one ends", connection.pk)
                return
            if connection.state != Connection.READY or not _due_within(connection, SOON):
                break
            time.sleep(NAP)
    if connection.state == Connection.READY and _due_within(connection, 0):
        wake(connection.pk)


def _turn(connection: Connection, messenger: Messenger) -> bool:
    """One request, or one look at old intents; whether anything was done."""
    try:
        if settle(connection, messenger):
            return True
        batch = next_batch(connection.pk, messenger)
        if batch is None:
            return False
        intend(batch, connection, messenger)
    except Unauthorized as error:
        _stop(connection, error)
        return False
    except Transient as error:
        wait_for_messenger(connection, error)
        time.sleep(min(error.retry_after, SOON))
        return False
    _send(batch, connection, messenger)
    return True


def _send(batch: Batch, connection: Connection, messenger: Messenger) -> None:
    before = messenger.requests.write
    try:
        outcomes = messenger.apply(batch.operations, batch.rooms)
    except Lost as error:
        log.warning("connection %s: answer lost (%s)", connection.pk, error.reason)
        answer_lost(batch.steps, error.reason)
    except Transient as error:
        not_carried_out(batch.steps, error, retry_after=error.retry_after)
    except Unauthorized as error:
        not_carried_out(batch.steps, error, retry_after=0)
        _stop(connection, error)
    except MessengerError as error:
        outcomes = [Outcome(operation, error) for operation in batch.operations]
        record(batch, outcomes, connection, requests=messenger.requests.write - before)
    else:
        record(batch, outcomes, connection, requests=messenger.requests.write - before)


def _stop(connection: Connection, error: Unauthorized) -> None:
    """A refused credential stops the connection; its runs wait for a person."""
    connection.state, connection.problem = Connection.STOPPED, error.reason
    with act("connection.stop", actor=Actor.system("sync"), connection=connection.pk):
        connection.save(update_fields=["state", "problem"])
    Run.objects.filter(connection=connection, state__in=Run.OPEN).update(state=Run.WAITING, problem=error.reason)
    log.error("connection %s: stopped, the messenger refuses its credential (%s)", connection.pk, error.reason)


def _due_within(connection: Connection, seconds: float) -> bool:
    until = timezone.now() + timedelta(seconds=seconds)
    unfinished = Step.objects.filter(connection=connection, run__state__in=Run.OPEN)
    return unfinished.filter(state=Step.WAITING, due_at__lte=until).exists()
