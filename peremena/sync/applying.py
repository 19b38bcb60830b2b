"""The lane of a connection: a loop over our own Step rows, read anew before each request. It never raises for what a messenger
does; what is to happen next stands in the rows, so it may be killed at any point and started again by anybody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from peremena.core.errors import MessengerError, Unauthorized, UnusableInput
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.school.models import Connection
from peremena.sync.bookkeeping import intend, not_carried_out, record, recover, wait_for_messenger
from peremena.sync.choosing import Batch, next_batch
from peremena.sync.connections import opened
from peremena.sync.intents import settle
from peremena.sync.models import Run, Step
from peremena.sync.runs import wake
from peremena.sync.sending import Answer, Sending
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
        with opened(connection) as messenger, closing(Sending(messenger)) as requests:
            lane = Lane(connection, messenger, requests)
            while not stop() and time.monotonic() < ends:
                if lane.turn():
                    continue
                if connection.state != Connection.READY or not _comes_soon(connection):
                    _rest(connection)
                    return
                time.sleep(NAP)
            lane.finish()
    except UnusableInput as error:  # a credential that none of our keys opens, for one
        log.error("connection %s: cannot be used: %s", connection.pk, error)
        stop_connection(connection, "credential_unreadable")
        return
    wake(connection.pk)


class Lane:
    """The loop's body: what is decided and written down happens here, one thing at a time; only requests overlap."""

    def __init__(self, connection: Connection, messenger: Messenger, requests: Sending) -> None:
        self._connection = connection
        self._messenger = messenger
        self._requests = requests
        self._counted = messenger.requests.write

    def turn(self) -> bool:
        """Write down what has been answered, send what can be sent; whether anything was done or is on its way."""
        answered = self._requests.answered(timeout=0)
        try:
            for batch, answer in answered:
                self._write_down(batch, answer)
            return self._go_on() or bool(answered)
        except Unauthorized as error:
            self.finish()
            stop_connection(self._connection, error.reason)
            return False
        except MessengerError as error:
            wait_for_messenger(self._connection, error)
            return True

    def finish(self) -> None:
        """Wait for what is on its way, and write it down."""
        while not self._requests.is_empty:
            for batch, answer in self._requests.answered(timeout=None):
                with suppress(MessengerError):
                    self._write_down(batch, answer)

    def _go_on(self) -> bool:
        if not self._requests.is_full and self._start():
            return True
        if self._requests.is_empty:
            return False
        for batch, answer in self._requests.answered(timeout=NAP):
            self._write_down(batch, answer)
        return True

    def _start(self) -> bool:
        """One look at lost creates, or one request more; whether there was anything."""
        if settle(self._connection, self._messenger, on_their_way=self._requests.steps):
            return True
        batch = next_batch(self._connection.pk, self._messenger)
        # What does not fill a request waits for answers that may bring more to fill it with.
        if batch is None or not (batch.is_full or self._requests.is_empty):
            return False
        if intend(batch, self._connection, self._messenger):
            self._requests.send(batch)
        return True

    def _write_down(self, batch: Batch, answer: Answer) -> None:
        """Raises what concerns more than this request."""
        before, self._counted = self._counted, self._messenger.requests.write
        sent = self._counted - before
        if not isinstance(answer, MessengerError):
            record(batch, answer, self._connection, requests=sent)
        elif isinstance(answer, Lost):
            record(batch, [Outcome(each, answer) for each in batch.operations], self._connection, requests=sent)
            log.warning("connection %s: answer lost (%s)", self._connection.pk, answer.reason)
            wait_for_messenger(self._connection, answer)
        else:
            not_carried_out(batch, self._connection)
            raise answer


def _comes_soon(connection: Connection) -> bool:
    """Whether something that cannot be sent now will be in a moment."""
    now = timezone.now()
    soon = (now, now + timedelta(seconds=SOON))
    runs = Run.objects.filter(connection=connection, state__in=Run.OPEN)
    waiting = Step.objects.filter(run=OuterRef("pk"), state=Step.WAITING, due_at__range=soon)
    sent = Step.objects.filter(connection=connection, state=Step.SENT, due_at__range=soon)
    its_turn = Q(due_at__range=soon) | Q(one__isnull=False)
    return runs.alias(one=Subquery(waiting.values("pk")[:1])).filter(its_turn).exists() or sent.exists()


def _rest(connection: Connection) -> None:
    """Nothing can be sent for a while: what is under way waits for its retries, and says why."""
    retries = Step.objects.filter(run=OuterRef("pk"), state=Step.WAITING, due_at__gt=timezone.now()).order_by("due_at")
    why = Coalesce(Subquery(retries.values("reason")[:1]), Value(""))
    Run.objects.filter(connection=connection, state=Run.RUNNING).update(state=Run.WAITING, problem=why)
