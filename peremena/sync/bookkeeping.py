"""The one bookkeeper: whatever an adapter reports or raises is written down here, and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Max, Min, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from peremena.core.errors import ENOUGH, MessengerError, Refused, Transient
from peremena.core.operations import AddMember, CreateChat, InviteMember, RemoveMember, RenameChat, SetRole
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.school.changes import as_bytea, rewrite
from peremena.school.credentials import seal
from peremena.school.models import Connection, Membership, Room
from peremena.sync.choosing import Batch
from peremena.sync.meanwhile import look_again
from peremena.sync.models import Run, Step
from peremena.sync.seating import seat, unseat
from peremena.sync.tally import Tally
from peremena.wire.secret import Secret

MOST_ATTEMPTS = 16  # of one step before it counts as failed: with the waits between them, hours
LOOK_AGAIN = 60.0  # seconds, at most, between two looks for a lost create while the messenger only has trouble
GRACE = 2.0  # seconds beyond the client's patience, for a request that is still on its way
ROOM_IS_LOST = frozenset({"room_gone", "room_closed"})
SOME_WAIT = 1.0  # seconds, where the messenger does not name any


def intend(batch: Batch, connection: Connection, messenger: Messenger) -> bool:
    """Before the request: the steps are marked as sent, and every create leaves its intent, by the messenger's clock. False
    when the rows have changed since the batch was chosen: nothing may be sent."""
    began = messenger.clock() if batch.creates else 0.0
    now = timezone.now()
    judged_at = now + timedelta(seconds=messenger.patience + GRACE)
    with transaction.atomic():
        if len(_still(Step.WAITING, batch)) < len(batch.steps) or _made_already(batch, connection):
            return False
        due_at = Case(When(operation=CreateChat.name, then=judged_at), default=F("due_at"))
        sent = Step.objects.by_id(step.pk for step in batch.steps)
        sent.update(state=Step.SENT, attempts=F("attempts") + 1, reason="", due_at=due_at)
        Room.objects.bulk_create(
            [
                Room(chat_id=step.chat_id, connection=connection, title=create.title, intended_at=began)
                for step, create in batch.creates
            ],
            update_conflicts=True,
            unique_fields=["chat", "connection"],
            update_fields=["title", "intended_at"],
        )
        if not _all_open({step.run_id for step in batch.steps}, now):
            transaction.set_rollback(True)
            return False
    for step in batch.steps:
        step.attempts += 1
    return True


def _all_open(runs: set[int], now: datetime) -> bool:
    """Notes that it is their turn; False when one of them has been cancelled since: nothing of it may be sent any more."""
    open_ones = Run.objects.filter(pk__in=runs, state__in=Run.OPEN)
    running = Case(When(state=Run.QUEUED, then=Value(Run.RUNNING)), default=F("state"))
    return open_ones.update(due_at=now, state=running, started_at=Coalesce("started_at", now)) == len(runs)


def _made_already(batch: Batch, connection: Connection) -> bool:
    """Closes creates of chats that have a room by now, or one that a person has to look for: never a second one."""
    creates = {step.chat_id: step.pk for step, _ in batch.creates}
    rooms = Room.objects.filter(connection=connection, chat__in=creates).exclude(external_id="", problem="")
    tally = Tally()
    for chat, external_id, problem in rooms.values_list("chat", "external_id", "problem"):
        state, reason = (Step.DONE, "") if external_id else (Step.FAILED, problem)
        tally.close(Step.objects.filter(pk=creates[chat]), state, reason)
        if not external_id:
            tally.close_rest(connection.pk, [chat], reason)
    tally.write()
    return bool(tally.done or tally.failed)


def not_carried_out(batch: Batch, connection: Connection) -> None:
    """The request surely had no effect: its steps wait as if they had not been tried."""
    with transaction.atomic():
        ours = _still(Step.SENT, batch)
        Step.objects.by_id(ours).update(state=Step.WAITING, due_at=timezone.now(), attempts=F("attempts") - 1)
        intents = [step.chat_id for step, _ in batch.creates if step.pk in ours]
        Room.objects.filter(connection=connection, chat__in=intents, external_id="").delete()


def wait_for_messenger(connection: Connection, error: MessengerError) -> None:
    """Nothing can be sent for a while, and each time in a row for longer: the runs wait and tell why. Requests that were on
    their way when a wait began tell of the same trouble once more."""
    now = timezone.now()
    runs = Run.objects.filter(connection=connection, state__in=Run.OPEN)
    times = min(runs.aggregate(most=Max("waits"))["most"] or 0, ENOUGH)
    if not runs.filter(waits__gt=0, due_at__gt=now).exists():
        times += 1
    due = now + timedelta(seconds=error.wait(times - 1) if isinstance(error, Transient) else SOME_WAIT)
    runs.update(state=Run.WAITING, problem=error.reason, due_at=due, waits=times)


def recover(connection: Connection) -> None:
    """At the lane's start: whatever is marked as sent was sent by a lane that is no more. What is harmless twice is asked
    again; a create keeps its intent until it is judged, and holds the rest of its chat back."""
    with transaction.atomic():
        sent = Step.objects.filter(connection=connection, state=Step.SENT).exclude(operation=CreateChat.name)
        found = dict(sent.select_for_update().order_by("pk").values_list("pk", "attempts"))
        if not found:
            return
        tally = Tally()
        given_up = [pk for pk, attempts in found.items() if attempts >= MOST_ATTEMPTS]
        tally.close(Step.objects.by_id(given_up), Step.FAILED, "answer_lost")
        again = Step.objects.by_id(found.keys() - given_up)
        again.update(state=Step.WAITING, due_at=timezone.now(), reason="answer_lost")
        tally.write()


def _still(state: str, batch: Batch) -> set[int]:
    """Those of the steps, locked, that are in this state by our own doing: a lane that was thought dead may be late."""
    # By id alone: with the state in the question, an index of all that wait looks better to a planner without statistics.
    steps = Step.objects.by_id(step.pk for step in batch.steps).select_for_update().order_by("pk")
    found = {pk: known for pk, *known in steps.values_list("pk", "state", "attempts")}
    return {step.pk for step in batch.steps if found.get(step.pk) == [state, step.attempts]}


def record(batch: Batch, outcomes: Sequence[Outcome], connection: Connection, *, requests: int) -> None:
    """Write down what became of a request, in one transaction."""
    with transaction.atomic():
        Run.objects.filter(connection=connection, state__in=Run.OPEN, waits__gt=0).update(waits=0)
        ours = _still(Step.SENT, batch)
        entries = Entries(connection, batch.steps)
        for step, outcome in zip(batch.steps, outcomes, strict=True):
            if step.pk in ours:
                entries.enter(step, outcome)
        entries.write(requests)


class Entries:
    """The outcomes of one request, gathered so that they are written in a fixed number of statements."""

    def __init__(self, connection: Connection, steps: Sequence[Step]) -> None:
        self.connection = connection
        self.runs = list(dict.fromkeys(step.run_id for step in steps))
        rooms = Room.objects.filter(connection=connection, chat__in={step.chat_id for step in steps})
        self.rooms = {room.chat_id: room for room in rooms.select_for_update().order_by("pk")}
        self.done: list[int] = []
        self.failed: dict[str, list[int]] = defaultdict(list)
        self.later: dict[tuple[str, float], list[int]] = defaultdict(list)
        self.changed_rooms: dict[int, Room] = {}
        self.made: list[int] = []  # chats that have got their room
        self.withdrawn: list[int] = []  # chats whose create did not happen: there is nothing to look for
        self.roomless: dict[str, set[int]] = defaultdict(set)  # chats that have no room (any more), by the reason
        self.memberships: dict[tuple[int, str], Membership] = {}
        self.gone: list[tuple[int, str]] = []
        self.links: dict[int, Secret] = {}  # how people come in now, by room

    def enter(self, step: Step, outcome: Outcome) -> None:
        match outcome.error:
            case None:
                self.done.append(step.pk)
                self._done(step, outcome)
            case Lost() if isinstance(outcome.operation, CreateChat):
                pass  # its intent is judged later
            case Transient() as error if step.attempts < MOST_ATTEMPTS:
                # Another trouble than the last time is a new one: that it will stay is not known yet.
                before = step.attempts - 1 if step.reason == error.reason else 0
                self.later[error.reason, error.wait(before)].append(step.pk)
                if step.operation == CreateChat.name:
                    self.withdrawn.append(step.chat_id)
            case error:
                self.failed[error.reason].append(step.pk)
                self._failed(step, outcome, error)

    def _done(self, step: Step, outcome: Outcome) -> None:
        room = self.rooms.get(step.chat_id)
        if room is None:
            return  # somebody took it off our books meanwhile: nothing is known about it any more
        if outcome.link is not None:
            self.links[room.pk] = outcome.link
            self.changed_rooms[room.pk] = room
        match outcome.operation:
            case CreateChat():
                room.external_id, room.owner, room.intended_at = outcome.room, self.connection.account, None
                self.changed_rooms[room.pk] = room
                self.made.append(step.chat_id)
            case RenameChat(title=title):
                room.title = title
                self.changed_rooms[room.pk] = room
            case AddMember(member=member):
                self._membership(room, member, Membership.IN, ours=True)
            case InviteMember(member=member):
                self._membership(room, member, Membership.INVITED, ours=True)
            case RemoveMember(member=member):
                self.gone.append((room.pk, member))
            case SetRole(member=member, admin=admin):
                self._membership(room, member, Membership.IN, ours=True, admin=admin)

    def _failed(self, step: Step, outcome: Outcome, error: MessengerError) -> None:
        room = self.rooms.get(step.chat_id)
        if isinstance(outcome.operation, CreateChat):
            self.withdrawn.append(step.chat_id)
            self.roomless["no_room"].add(step.chat_id)
        elif room is not None and error.reason in ROOM_IS_LOST:
            room.problem = error.reason
            self.changed_rooms[room.pk] = room
            self.roomless[error.reason].add(step.chat_id)
        elif room is not None and isinstance(error, Refused) and isinstance(outcome.operation, AddMember):
            self._membership(room, outcome.operation.member, Membership.REFUSED, ours=False, reason=error.reason)

    def _membership(
        self, room: Room, member: str, state: str, *, ours: bool, admin: bool = False, reason: str = ""
    ) -> None:
        self.memberships[room.pk, member] = Membership(
            room=room, member=member, state=state, ours=ours, admin=admin, reason=reason
        )

    def write(self, requests: int) -> None:
        """A fixed number of statements, and one more for each different reason."""
        tally = Tally()
        tally.close(Step.objects.by_id(self.done), Step.DONE)
        for reason, steps in self.failed.items():
            tally.close(Step.objects.by_id(steps), Step.FAILED, reason)
        for (reason, seconds), steps in self.later.items():
            due = timezone.now() + timedelta(seconds=seconds)
            Step.objects.by_id(steps).update(state=Step.WAITING, due_at=due, reason=reason)
        self._rewrite_rooms()
        if self.made:
            planned = Run.objects.filter(pk__in=self.runs).aggregate(first=Min("created_at"))["first"]
            look_again(self.connection, self.made, since=planned)
        Room.objects.filter(connection=self.connection, chat__in=self.withdrawn, external_id="").delete()
        for reason, chats in self.roomless.items():
            tally.close_rest(self.connection.pk, chats, reason)
        withdrawn = set(self.withdrawn)
        seat([each for each in self.memberships.values() if each.room.chat_id not in withdrawn])
        unseat(self.gone)
        tally.write(answered=self.runs, requests=requests)

    def _rewrite_rooms(self) -> None:
        for pk, link in self.links.items():
            self.changed_rooms[pk].invite_link = seal(link.reveal())
        rows = (
            (
                room.pk,
                room.external_id,
                room.owner,
                room.intended_at,
                room.title,
                room.problem,
                as_bytea(room.invite_link),
            )
            for room in self.changed_rooms.values()
        )
        rewrite(Room, ("external_id", "owner", "intended_at", "title", "problem", "invite_link"), rows)


def put_off(connection: Connection, steps: Sequence[Step], error: MessengerError, messenger: Messenger) -> None:
    """Lost answers that cannot be judged at the moment are looked at again after as long as they have waited already: a
    trouble that passes costs moments, one that stays is asked about ever less often."""
    intents = Room.objects.filter(connection=connection, chat__in=[step.chat_id for step in steps])
    waited = _since(intents.aggregate(last=Max("intended_at"))["last"], messenger)
    least, most = (error.retry_after, error.longest) if isinstance(error, Transient) else (SOME_WAIT, LOOK_AGAIN)
    if isinstance(error, Lost):
        most = LOOK_AGAIN
    due = timezone.now() + timedelta(seconds=min(max(least, waited, SOME_WAIT), most))
    Step.objects.filter(pk__in=[step.pk for step in steps], state=Step.SENT).update(due_at=due)


def _since(began: float | None, messenger: Messenger) -> float:
    """Seconds by the messenger's clock, by which intents are dated; 0 where it does not tell the time either."""
    with suppress(MessengerError):
        return max(0.0, messenger.clock() - began) if began else 0.0
    return 0.0
