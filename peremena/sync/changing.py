"""Putting some chats right at once, outside of a sync: what a change of their people, of a title or of a room asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.operations import ChatKey, Operation, from_json
from peremena.core.plan import Plan, only
from peremena.school.models import Chat, Connection, Organization, Room
from peremena.sync.chats import claim, tell_wanted
from peremena.sync.connections import ready
from peremena.sync.models import Run, Step
from peremena.sync.planning import Prepared, prepare
from peremena.sync.projection import renew
from peremena.sync.runs import start, write_run
from peremena.sync.tally import Tally

SUPERSEDED = "superseded"


def change(organization: Organization, chats: Collection[int], *, actor: Actor) -> set[int]:
    """Bring the rooms of these chats to what they should be, by an urgent run of kind `change` where anything has to be done.
    What other runs still mean to do there and nobody wants any more is dropped. The chats that have to wait are returned:
    something of theirs is on its way, so nobody knows yet how they are. UnusableInput when there is nothing to do it over."""
    with act("sync.change", actor=actor, organization=organization.pk):
        # One approval or change of a school at a time.
        organization = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        before = _open_steps(chats)
        prepared = prepare(organization)
        connection = ready(organization, prepared.connection)
        waiting = _held(before)
        busy = {before[pk] for pk in before.keys() - waiting.keys()}
        there = list(Chat.objects.filter(organization=organization, archived_at=None))
        known = {chat.chat_key: chat.pk for chat in there}
        own = {key: pk for key, pk in known.items() if pk in chats and pk not in busy}
        plan = only(prepared.plan, prepared.school, own.keys())
        renew(prepared.school, prepared.plan, among=own.keys() | _without_rooms(prepared, known.keys()))
        tell_wanted(prepared, there)
        claim(connection, prepared, own)
        if not plan.refusal:
            coming = _still_wanted(
                plan.operations, {pk: step for pk, step in waiting.items() if before[pk] not in busy}
            )
            _carry_out(prepared, connection, plan, own, coming, actor=actor)
        elif not _refused_already(organization, plan):
            _write_run(prepared, connection, plan, Run.REFUSED, actor=actor)
    return busy


def _without_rooms(prepared: Prepared, chats: Iterable[ChatKey]) -> set[ChatKey]:
    """Nobody else tells their figures until they are made."""
    known = prepared.school.known
    return {key for key in chats if key not in known or known[key].room is None}


def _open_steps(chats: Collection[int]) -> dict[int, int]:
    """Step → chat, of all that is under way."""
    steps = Step.objects.filter(chat__in=chats, state__in=Step.OPEN, run__state__in=Run.OPEN)
    return dict(steps.values_list("pk", "chat"))


def _held(steps: Iterable[int]) -> dict[int, Operation]:
    """Those that still wait, and will wait until we are done; the others have been sent, so the plan may be behind them."""
    found = Step.objects.by_id(steps).select_for_update().order_by("pk").values_list("pk", "state", "data")
    return {pk: from_json(data) for pk, state, data in found if state == Step.WAITING}


def _still_wanted(operations: Iterable[Operation], waiting: Mapping[int, Operation]) -> set[Operation]:
    """What waits already and is to be done; the rest of what waits is over. Where it has been tried and the answer was lost, it
    may be so all the same: the next reading tells."""
    wanted = set(operations)
    tally = Tally()
    stale = [pk for pk, step in waiting.items() if step not in wanted]
    if tried := list(Step.objects.by_id(stale).filter(attempts__gt=0).values_list("chat", flat=True)):
        Room.objects.filter(chat__in=tried).update(due_at=timezone.now())
    tally.close(Step.objects.by_id(stale), Step.DONE, SUPERSEDED, of=(Step.WAITING,))
    tally.write()
    return wanted & set(waiting.values())


def _carry_out(
    prepared: Prepared,
    connection: Connection,
    plan: Plan,
    chats: Mapping[ChatKey, int],
    coming: Collection[Operation],
    *,
    actor: Actor,
) -> None:
    fresh = tuple(operation for operation in plan.operations if operation not in coming)
    if fresh:
        own = replace(plan, operations=fresh)
        run = _write_run(prepared, connection, own, Run.QUEUED, actor=actor)
        start(run, fresh, chats)


def _write_run(prepared: Prepared, connection: Connection, plan: Plan, state: str, *, actor: Actor) -> Run:
    total = 0 if state == Run.REFUSED else len(plan.operations)
    return write_run(prepared, connection, plan, state=state, total=total, kind=Run.CHANGE, urgent=True, actor=actor)


def _refused_already(organization: Organization, plan: Plan) -> bool:
    """One refusal of one and the same plan is enough for a person to see."""
    last = Run.objects.filter(organization=organization, kind=Run.CHANGE).order_by("-id").first()
    return last is not None and (last.state, last.fingerprint) == (Run.REFUSED, plan.fingerprint)
