"""Approving a plan: it becomes a Run with its Steps, in one transaction, and exactly what was seen is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone
from psycopg.types.json import Jsonb

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.errors import PeremenaError, UnusableInput
from peremena.core.operations import ChatKey, CreateChat, Operation, RenameChat, from_json, to_json
from peremena.core.plan import Plan
from peremena.jobs.queue import enqueue
from peremena.school.changes import insert
from peremena.school.models import Connection, Organization
from peremena.sync.chats import claim, write_chats
from peremena.sync.connections import ready
from peremena.sync.models import Run, Step
from peremena.sync.planning import Prepared, last_run, refuse_switched_off, titles_elsewhere
from peremena.sync.projection import renew

LANE = "sync.lane"


class AlreadyRunning(PeremenaError):  # noqa: N818 - a state, not an accident
    """The school has an open sync: `run`."""

    def __init__(self, run: Run) -> None:
        super().__init__("В этой школе уже идёт создание и обновление чатов.")
        self.run = run


class Outdated(UnusableInput):
    """Something has been done since the plan was made: it has to be made anew."""


def lock_of(connection: int) -> str:
    """The lane of a connection: whatever is done over it is done under this lock."""
    return f"connection:{connection}"


def wake(connection: int) -> None:
    """Start the lane of a connection (it ends at once where nothing is due)."""
    enqueue(LANE, lock=lock_of(connection), connection=connection)


def approve(prepared: Prepared, *, actor: Actor, user: User | None = None, reason: str = "") -> Run:
    """Store the plan and start it. A refused plan needs a reason by a named person, and is only recorded without one.
    AlreadyRunning when the school has an open sync, UnusableInput when there is nothing to send it over, Outdated when something
    has been done since the plan was made."""
    organization, plan = prepared.organization, prepared.plan
    connection = ready(organization, prepared.connection)
    refused = plan.refusal is not None and not (reason and user)
    with act("sync.approve", actor=actor, reason=reason, organization=organization.pk):
        _of_this_moment(prepared)
        operations = () if refused else _not_coming(organization, plan.operations)
        state = Run.REFUSED if refused else Run.QUEUED if operations else Run.DONE
        decided = {"approved_by": user, "reason": reason}
        run = write_run(prepared, connection, plan, state=state, total=len(operations), actor=actor, **decided)
        if not refused:
            _titles_are_free(prepared, connection)
            chats = write_chats(prepared)
            renew(prepared.school, plan)
            claim(connection, prepared, chats)
            start(run, operations, chats)
    return run


def _not_coming(organization: Organization, operations: Iterable[Operation]) -> tuple[Operation, ...]:
    """Without those that a change under way is about to do: nothing is asked for twice."""
    under_way = Step.objects.filter(run__state__in=Run.OPEN, run__organization=organization, state__in=Step.OPEN)
    coming = {from_json(data) for data in under_way.values_list("data", flat=True)}
    return tuple(operation for operation in operations if operation not in coming)


def start(run: Run, operations: Iterable[Operation], chats: Mapping[ChatKey, int]) -> None:
    """Write the run's steps and wake the lane."""
    insert(Step, STEP_FIELDS, _steps(run, operations, chats))
    if run.state == Run.QUEUED:
        wake(run.connection_id)


def cancel(run: Run, *, actor: Actor) -> bool:
    """Nothing more of an open run is sent, its steps stay as they are; what is on its way is still written down. False where
    it had ended already."""
    with act("sync.cancel", actor=actor, organization=run.organization_id, run=run.pk):
        # Whoever is about to send something of it asks this row last (bookkeeping.intend), and waits for us or we for him.
        open_ones = Run.objects.filter(pk=run.pk, state__in=Run.OPEN)
        return bool(open_ones.update(state=Run.CANCELLED, problem="", finished_at=timezone.now()))


def _of_this_moment(prepared: Prepared) -> None:
    """One approval of a school at a time, and none of a plan that another run has overtaken."""
    organization = Organization.objects.select_for_update(no_key=True).get(pk=prepared.organization.pk)
    refuse_switched_off(organization)
    if found := Run.objects.filter(organization=organization, kind=Run.SYNC, state__in=Run.OPEN).first():
        raise AlreadyRunning(found)
    if last_run(organization) != prepared.last_run:
        raise Outdated(
            f"Школа «{organization.key}»: план устарел, за это время выполнен другой прогон; составьте план заново."
        )


def _titles_are_free(prepared: Prepared, connection: Connection) -> None:
    """Another school of the connection may have been given the same titles since: then both would be planned anew for ever."""
    fresh = {each.title for each in prepared.plan.operations if isinstance(each, CreateChat | RenameChat)}
    if not fresh:
        return
    Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)  # one after the other
    if titles_elsewhere(prepared.organization, connection, fresh) - prepared.school.taken:
        raise Outdated(
            f"Школа «{prepared.organization.key}»: план устарел, его названия чатов за это время заняла другая школа; "
            "составьте план заново."
        )


def write_run(
    prepared: Prepared, connection: Connection, plan: Plan, *, state: str, actor: Actor, total: int, **how: Any
) -> Run:
    """The row of a run that carries `plan` and has `total` steps; `how` are further fields of it."""
    now = timezone.now()
    return Run.objects.create(
        organization=prepared.organization,
        connection=connection,
        state=state,
        plan=summary(plan),
        fingerprint=plan.fingerprint,
        actor=actor.name,
        total=total,
        started_at=now if state == Run.DONE else None,
        finished_at=now if state != Run.QUEUED else None,
        **how,
    )


def summary(plan: Plan) -> dict[str, Any]:
    """The plan's JSON (docs/schema/plan.json)."""
    return {
        "chats": plan.chats,
        "seats": plan.seats,
        "linked": plan.linked,
        "operations": plan.counts(),
        "by_hand": [
            {
                "operation": step.operation,
                "chat": plan.titles.get(step.chat) if step.chat else None,
                "reason": step.reason,
            }
            for step in plan.by_hand
        ],
        "refused": plan.refusal._asdict() if plan.refusal else None,
        "fingerprint": plan.fingerprint,
    }


STEP_FIELDS = ("run", "connection", "chat", "position", "operation", "data", "state", "attempts", "due_at", "reason")


def _steps(run: Run, operations: Iterable[Operation], chats: Mapping[ChatKey, int]) -> Iterable[tuple[Any, ...]]:
    now = timezone.now()
    for position, operation in enumerate(operations):
        data = Jsonb(to_json(operation))
        chat = chats[operation.chat]
        yield run.pk, run.connection_id, chat, position, operation.name, data, Step.WAITING, 0, now, ""
