"""What the lane does next: urgent runs first, then school by school in turn, and inside a chat the plan's order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest
from operator import attrgetter

from django.db.models import Q
from django.utils import timezone

from peremena.core.operations import ChatKey, CreateChat, Operation, from_json
from peremena.messengers.base import Messenger
from peremena.school.models import Room
from peremena.sync.models import Run, Step

WINDOW = 1000  # steps looked at for one request


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps that fit one request, their operations in the same order, and the rooms they act on."""

    steps: list[Step]
    operations: list[Operation]
    rooms: dict[ChatKey, str]

    @property
    def creates(self) -> list[tuple[Step, CreateChat]]:
        pairs = zip(self.steps, self.operations, strict=True)
        return [(step, operation) for step, operation in pairs if isinstance(operation, CreateChat)]


def next_batch(connection: int, messenger: Messenger) -> Batch | None:
    """The next request's worth of due steps; None when nothing is due now."""
    steps = list(_in_turn(connection))
    if not steps:
        return None
    operations = [from_json(step.data) for step in steps]
    fit = messenger.take(operations)
    keys = {step.chat_id: operation.chat for step, operation in zip(steps[:fit], operations, strict=False)}
    rooms = Room.objects.filter(connection=connection, chat__in=keys).exclude(external_id="")
    found = {keys[chat]: external for chat, external in rooms.values_list("chat", "external_id")}
    return Batch(steps[:fit], operations[:fit], found)


def _in_turn(connection: int) -> Iterator[Step]:
    """Due steps of the open runs, at most WINDOW: urgent runs whole, the others one chat each in turn."""
    runs = list(Run.objects.filter(connection=connection, state__in=Run.OPEN).order_by("-urgent", "id"))
    share = max(WINDOW // max(len(runs), 1), 1)
    of_run = [(run.urgent, _by_chat(run, share)) for run in runs]
    urgent = (chats for is_urgent, chats in of_run if is_urgent)
    in_turn = zip_longest(*(chats for is_urgent, chats in of_run if not is_urgent), fillvalue=[])
    for chats in chain(urgent, in_turn):
        for steps in chats:
            yield from steps


def _by_chat(run: Run, limit: int) -> list[list[Step]]:
    """The run's due steps chat by chat. A chat that waits for an answer or a retry keeps its later steps back."""
    waiting = Step.objects.filter(run=run, state=Step.WAITING)
    held = Step.objects.filter(run=run).filter(Q(state=Step.SENT) | Q(state=Step.WAITING, due_at__gt=timezone.now()))
    due = waiting.exclude(chat__in=held.values("chat")).order_by("position")[:limit]
    chats: dict[int, list[Step]] = defaultdict(list)
    for step in sorted(due, key=attrgetter("position")):
        chats[step.chat_id].append(step)
    return list(chats.values())
