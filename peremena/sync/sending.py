"""Requests on their way. A messenger far away answers after a while: the next ones are sent meanwhile, as its pace allows."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from math import ceil

from django.db import DatabaseError

from peremena.core.errors import MessengerError, Transient, Unauthorized
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.sync.choosing import Batch

LATENCY = 0.4  # seconds: an answer slower than that costs some of the pace
FEWEST, MOST = 2, 8  # requests at once
log = logging.getLogger(__name__)

# What came of a request: outcomes, or the error of the request as a whole.
Answer = Sequence[Outcome] | MessengerError


def requests_at_once(pace: float) -> int:
    """How many requests have to be on their way to use a pace, requests a second, in spite of the latency."""
    return min(max(ceil(pace * LATENCY), FEWEST), MOST)


class Sending:
    """At most `most` requests at once, each in a thread of its own; a single one in ours."""

    def __init__(self, messenger: Messenger, most: int, pool: ThreadPoolExecutor | None) -> None:
        self._messenger = messenger
        self._most = most
        self._pool = pool
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

    def send(self, batch: Batch) -> None:
        if self._pool is not None:
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


@contextmanager
def sending(messenger: Messenger, most: int) -> Iterator[Sending]:
    """At most so many requests at once; at the end all of them have been answered."""
    if most == 1:
        yield Sending(messenger, most, None)
        return
    pool = ThreadPoolExecutor(most, thread_name_prefix="sending")
    try:
        yield Sending(messenger, most, pool)
    finally:
        pool.shutdown(wait=True)


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
