"""Requests on their way. A messenger far away answers after a while: the next ones are sent meanwhile, as its pace allows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from math import ceil

from django.db import DatabaseError

from peremena.core.errors import MessengerError, Transient, Unauthorized
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.sync.choosing import Batch

MOST = 8  # requests at once
SPARE = 0.5  # of a request: what we do ourselves between two of them takes time too
log = logging.getLogger(__name__)

# What came of a request: outcomes, or the error of the request as a whole.
Answer = Sequence[Outcome] | MessengerError


def requests_at_once(pace: float, latency: float) -> int:
    """How many requests have to be on their way to use a pace, requests a second, though each is answered after `latency`
    seconds. No more: what is sent late is chosen late, and somebody may be waiting."""
    return min(ceil(pace * latency + SPARE), MOST)


class Sending:
    """Requests on their way, each in a thread of its own; where one at a time is enough, in ours."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._pool: ThreadPoolExecutor | None = None
        self._batches: dict[Future[Answer], Batch] = {}

    @property
    def is_full(self) -> bool:
        return len(self._batches) >= self._most

    @property
    def is_empty(self) -> bool:
        return not self._batches

    @property
    def steps(self) -> set[int]:
        """Those that are on their way."""
        return {step.pk for batch in self._batches.values() for step in batch.steps}

    @property
    def _most(self) -> int:
        return requests_at_once(self._messenger.can.pace, self._messenger.latency)

    def send(self, batch: Batch) -> None:
        if self._most > 1:
            self._pool = self._pool or ThreadPoolExecutor(MOST, thread_name_prefix="sending")
            self._batches[self._pool.submit(_answer, self._messenger, batch)] = batch
        else:
            done: Future[Answer] = Future()
            done.set_result(_answer(self._messenger, batch))
            self._batches[done] = batch

    def answered(self, timeout: float | None) -> list[tuple[Batch, Answer]]:
        """What has come back within `timeout` seconds, None = wait for something; DatabaseError where no place in the
        credential's queue could be taken."""
        if not self._batches:
            return []
        done, _ = wait(self._batches, timeout=timeout, return_when=FIRST_COMPLETED)
        return [(self._batches.pop(each), each.result()) for each in done]

    def close(self) -> None:
        """Returns when nothing is on its way any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)


def _answer(messenger: Messenger, batch: Batch) -> Answer:
    try:
        return messenger.apply(batch.operations, batch.rooms)
    except (Unauthorized, Transient) as error:
        return error
    except MessengerError as error:
        return [Outcome(operation, error) for operation in batch.operations]
    except DatabaseError:
        raise  # the shared limiter's: the job is tried again when the database is back
    except Exception:  # a fault of ours must cost these steps at most, never the lane
        log.exception("the adapter failed")
        return Lost("garbled")
