"""Putting some chats right at once, outside of a sync: what a change of their people, of a title or of a room asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from peremena.audit.acts import Actor, act
from peremena.core.operations import ChatKey, Operation, to_json
from peremena.core.plan import Plan, only
from peremena.school.models import Chat, Connection, Organization
from peremena.sync.chats import claim
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
        sent = Step.objects.filter(chat__in=chats, state=Step.SENT)
        busy = set(sent.values_list("chat", flat=True))
        prepared = prepare(organization)
        connection = ready(organization, prepared.connection)
        known = {chat.chat_key: chat.pk for chat in Chat.objects.filter(organization=organization, archived_at=None)}
        keys = {key for key, pk in known.items() if pk in chats and pk not in busy}
        plan = only(prepared.plan, prepared.school, keys)
        renew(prepared.school, prepared.plan)
        claim(connection, prepared, known)
        if not plan.refusal:
            _carry_out(prepared, connection, plan, {key: known[key] for key in keys}, actor=actor)
        elif not _refused_already(organization, plan):
            write_run(prepared, connection, plan, state=Run.REFUSED, kind=Run.CHANGE, urgent=True, actor=actor)
    return busy


def _carry_out(
    prepared: Prepared, connection: Connection, plan: Plan, chats: dict[ChatKey, int], *, actor: Actor
) -> None:
    coming = _still_wanted(connection, plan.operations, chats.values())
    fresh = [operation for operation in plan.operations if to_json(operation) not in coming]
    if fresh:
        own = replace(plan, operations=tuple(fresh))
        run = write_run(prepared, connection, own, state=Run.QUEUED, kind=Run.CHANGE, urgent=True, actor=actor)
        start(run, fresh, chats)


def _still_wanted(
    connection: Connection, operations: Iterable[Operation], chats: Iterable[int]
) -> list[dict[str, object]]:
    """What waits in these chats already and is to be done; the rest of what waits there is over."""
    wanted = [to_json(operation) for operation in operations]
    waiting = Step.objects.filter(
        connection=connection, chat__in=list(chats), state=Step.WAITING, run__state__in=Run.OPEN
    )
    found = list(waiting.values_list("pk", "data"))
    tally = Tally()
    stale = [pk for pk, data in found if data not in wanted]
    tally.close(Step.objects.by_id(stale), Step.DONE, SUPERSEDED, of=(Step.WAITING,))
    tally.write()
    return [data for _, data in found if data in wanted]


def _refused_already(organization: Organization, plan: Plan) -> bool:
    """One refusal of one and the same plan is enough for a person to see."""
    last = Run.objects.filter(organization=organization, kind=Run.CHANGE).order_by("-id").first()
    return last is not None and (last.state, last.fingerprint) == (Run.REFUSED, plan.fingerprint)
