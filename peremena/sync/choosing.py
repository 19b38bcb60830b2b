"""What the lane does next: urgent runs first, then school by school in turn, and inside a chat the plan's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby, islice, zip_longest
from operator import attrgetter

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from peremena.core.operations import ChatKey, CreateChat, Operation, from_json
from peremena.messengers.base import Messenger
from peremena.school.models import Room
from peremena.sync.models import Run, Step

WINDOW = 1000  # steps looked at for one request
PAGE = 200  # steps fetched at once
NEEDED = ("run", "chat", "position", "operation", "data", "attempts", "reason")


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps that fit one request, their operations in the same order, and the rooms they act on. `is_full`: no more would
    have fitted, as far as can be told."""

    steps: Sequence[Step]
    operations: Sequence[Operation]
    rooms: dict[ChatKey, str]
    is_full: bool = True

    @property
    def creates(self) -> list[tuple[Step, CreateChat]]:
        pairs = zip(self.steps, self.operations, strict=True)
        return [(step, operation) for step, operation in pairs if isinstance(operation, CreateChat)]


def next_batch(connection: int, messenger: Messenger) -> Batch | None:
    """The next request's worth of due steps; None when nothing can be sent now."""
    # Whatever a chat needs costs a call or more: no request takes more chats than calls.
    chats = list(islice(_in_turn(connection, timezone.now()), messenger.can.batch_size))
    steps = list(islice(chain.from_iterable(chats), WINDOW))
    if not steps:
        return None
    operations = [from_json(step.data) for step in steps]
    fit = messenger.take(operations)
    is_full = len(chats) == messenger.can.batch_size or len(fit) < len(steps)
    steps, operations = [steps[place] for place in fit], [operations[place] for place in fit]
    keys = {step.chat_id: operation.chat for step, operation in zip(steps, operations, strict=True)}
    rooms = Room.objects.filter(connection=connection, chat__in=keys).exclude(external_id="")
    found = {keys[chat]: external for chat, external in rooms.values_list("chat", "external_id")}
    return Batch(steps, operations, found, is_full)


def due_runs(now: datetime) -> QuerySet[Run]:
    """Open runs with something whose time has come."""
    return _with_one(Run.objects.filter(state__in=Run.OPEN, due_at__lte=now), _due_steps(now))


def sendable_runs(now: datetime) -> QuerySet[Run]:
    """Those of them that have a chat which nothing keeps back: for the others a lane would start in vain."""
    steps = Step.objects.filter(chat=OuterRef("chat"))
    answer = steps.filter(connection=OuterRef("connection"), state=Step.SENT)
    retry = steps.filter(run=OuterRef("run"), state=Step.WAITING, due_at__gt=now)
    free = _due_steps(now).alias(answer=Subquery(answer.values("pk")[:1]), retry=Subquery(retry.values("pk")[:1]))
    return _with_one(due_runs(now), free.filter(answer__isnull=True, retry__isnull=True))


def _due_steps(now: datetime) -> QuerySet[Step]:
    """Of the run that is asked about."""
    return Step.objects.filter(run=OuterRef("pk"), state=Step.WAITING, due_at__lte=now)


def _with_one(runs: QuerySet[Run], steps: QuerySet[Step]) -> QuerySet[Run]:
    """Those that have one of these steps. Asked run by run: EXISTS may become a join with all that waits, where the database does
    not know yet how much that is."""
    return runs.alias(one=Subquery(steps.order_by().values("pk")[:1])).filter(one__isnull=False)


def _in_turn(connection: int, now: datetime) -> Iterator[list[Step]]:
    """Due steps chat by chat: urgent runs whole, then one chat of each run in turn. Who has waited longest comes first."""
    runs = list(due_runs(now).filter(connection=connection).order_by("-urgent", "due_at", "id"))
    urgent = (_by_chat(run, now) for run in runs if run.urgent)
    others = (_by_chat(run, now) for run in runs if not run.urgent)
    yield from chain.from_iterable(urgent)
    yield from filter(None, chain.from_iterable(zip_longest(*others)))


def _by_chat(run: Run, now: datetime) -> Iterator[list[Step]]:
    """The run's due steps chat by chat. A chat that waits for an answer or a retry keeps its later steps back."""
    return (list(steps) for _, steps in groupby(_due(run, now), key=attrgetter("chat_id")))


def _due(run: Run, now: datetime) -> Iterator[Step]:
    answer = Q(connection=run.connection_id, state=Step.SENT)
    retry = Q(run=run, state=Step.WAITING, due_at__gt=now)
    waiting = Step.objects.filter(run=run, state=Step.WAITING).only(*NEEDED)
    for held in (answer, retry):
        waiting = waiting.exclude(chat__in=Step.objects.filter(held).values("chat"))
    steps, last = list(waiting.order_by("position")[:PAGE]), -1
    while steps:
        yield from steps
        last = steps[-1].position
        full = len(steps) == PAGE  # else there is nothing behind it to ask for
        steps = list(waiting.filter(position__gt=last).order_by("position")[:PAGE]) if full else []
