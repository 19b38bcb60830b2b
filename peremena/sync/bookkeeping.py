"""The one bookkeeper: whatever an adapter reports or raises is written down here, and nowhere else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from peremena.core.errors import MessengerError, Refused, Transient
from peremena.core.operations import AddMember, CreateChat, InviteMember, RemoveMember, RenameChat, SetRole
from peremena.messengers.base import Lost, Messenger, Outcome
from peremena.school.models import Chat, Connection, Membership, Room
from peremena.sync.choosing import Batch
from peremena.sync.models import Run, Step

MOST_ATTEMPTS = 12  # of one step before it counts as failed
LONGEST_WAIT = 3600.0  # seconds between two of them
ROOM_IS_LOST = frozenset({"room_gone", "room_closed"})
UNFINISHED = (Step.WAITING, Step.SENT)


class LostTheLane(Exception):  # noqa: N818
    """Somebody else works on these steps: this lane must stop."""


def intend(batch: Batch, connection: Connection, messenger: Messenger) -> None:
    """Before the request: the steps are marked as sent, and every create leaves its intent, by the messenger's clock."""
    now = messenger.clock() if batch.creates else 0.0
    with transaction.atomic():
        marked = Step.objects.filter(pk__in=[step.pk for step in batch.steps], state=Step.WAITING)
        if marked.update(state=Step.SENT, attempts=F("attempts") + 1) != len(batch.steps):
            raise LostTheLane
        Room.objects.bulk_create(
            [
                Room(chat_id=step.chat_id, connection=connection, title=create.title, intended_at=now)
                for step, create in batch.creates
            ],
            update_conflicts=True,
            unique_fields=["chat", "connection"],
            update_fields=["title", "intended_at"],
        )
        runs = Run.objects.filter(pk__in={step.run_id for step in batch.steps})
        runs.filter(state__in=(Run.QUEUED, Run.WAITING)).update(state=Run.RUNNING, problem="")
        runs.filter(started_at=None).update(started_at=timezone.now())


def not_carried_out(steps: Iterable[Step], error: MessengerError, *, retry_after: float) -> None:
    """The request surely had no effect: its steps wait as if they had not been tried, and the runs tell why."""
    steps = list(steps)
    with transaction.atomic():
        Step.objects.filter(pk__in=[step.pk for step in steps], state=Step.SENT).update(
            state=Step.WAITING, due_at=timezone.now() + timedelta(seconds=retry_after), attempts=F("attempts") - 1
        )
        chats = [step.chat_id for step in steps if step.operation == CreateChat.name]
        Room.objects.filter(chat__in=chats, external_id="").delete()
        runs = Run.objects.filter(pk__in={step.run_id for step in steps}, state=Run.RUNNING)
        runs.update(state=Run.WAITING, problem=error.reason)


def wait_for_messenger(connection: Connection, error: MessengerError) -> None:
    """Nothing can be sent at the moment: the runs tell why they wait."""
    runs = Run.objects.filter(connection=connection, state__in=(Run.QUEUED, Run.RUNNING, Run.WAITING))
    runs.update(state=Run.WAITING, problem=error.reason)


def answer_lost(steps: Iterable[Step], reason: str) -> None:
    """Nobody knows what became of it. What is harmless twice is asked again; a create keeps its intent until it is judged,
    and holds the rest of its chat back."""
    harmless = [step.pk for step in steps if step.operation != CreateChat.name]
    sent = Step.objects.filter(pk__in=harmless, state=Step.SENT)
    sent.update(state=Step.WAITING, due_at=timezone.now(), reason=reason)


def record(batch: Batch, outcomes: Sequence[Outcome], connection: Connection, *, requests: int) -> None:
    """Write down what became of a request, in one transaction."""
    with transaction.atomic():
        entries = Entries(connection, batch.steps)
        for step, outcome in zip(batch.steps, outcomes, strict=True):
            entries.enter(step, outcome)
        entries.write()
        tally(batch.steps, requests=requests)


class Entries:
    """The outcomes of one request, gathered so that they are written in a fixed number of statements."""

    def __init__(self, connection: Connection, steps: Sequence[Step]) -> None:
        self.connection = connection
        rooms = Room.objects.filter(connection=connection, chat__in={step.chat_id for step in steps})
        self.rooms = {room.chat_id: room for room in rooms}
        self.done: list[int] = []
        self.failed: dict[str, list[int]] = defaultdict(list)
        self.later: dict[tuple[str, float], list[int]] = defaultdict(list)
        self.changed_rooms: dict[int, Room] = {}
        self.roomless: list[Room] = []  # their create did not happen: the intent is withdrawn
        self.refused: list[int] = []  # chats whose create failed for good
        self.memberships: dict[tuple[int, str], Membership] = {}
        self.gone: list[tuple[int, str]] = []
        self.entered: Counter[int] = Counter()  # people who came into a chat

    def enter(self, step: Step, outcome: Outcome) -> None:
        match outcome.error:
            case None:
                self.done.append(step.pk)
                self._done(step, outcome)
            case Lost() if isinstance(outcome.operation, CreateChat):
                pass  # its intent is judged later
            case Transient(reason=reason, retry_after=retry_after) if step.attempts + 1 < MOST_ATTEMPTS:
                self._put_off(step, reason, min(retry_after * 2**step.attempts, LONGEST_WAIT) if retry_after else 0.0)
            case error:
                self.failed[error.reason].append(step.pk)
                self._failed(step, outcome, error)

    def _done(self, step: Step, outcome: Outcome) -> None:
        room = self.rooms[step.chat_id]
        match outcome.operation:
            case CreateChat():
                room.external_id, room.owner, room.intended_at = outcome.room, self.connection.account, None
                self.changed_rooms[room.pk] = room
            case RenameChat(title=title):
                room.title = title
                self.changed_rooms[room.pk] = room
            case AddMember(member=member):
                self.entered[step.chat_id] += 1
                self._membership(room, member, Membership.IN, ours=True)
            case InviteMember(member=member):
                self._membership(room, member, Membership.INVITED, ours=True)
            case RemoveMember(member=member):
                self.gone.append((room.pk, member))
            case SetRole(member=member, admin=admin):
                self._membership(room, member, Membership.IN, ours=True, admin=admin)

    def _failed(self, step: Step, outcome: Outcome, error: MessengerError) -> None:
        room = self.rooms[step.chat_id]
        if isinstance(outcome.operation, CreateChat):
            self.roomless.append(room)
            self.refused.append(step.chat_id)
        elif error.reason in ROOM_IS_LOST:
            room.problem = error.reason
            self.changed_rooms[room.pk] = room
        elif isinstance(error, Refused) and isinstance(outcome.operation, AddMember) and room.external_id:
            self._membership(room, outcome.operation.member, Membership.REFUSED, ours=False, reason=error.reason)

    def _put_off(self, step: Step, reason: str, seconds: float) -> None:
        self.later[reason, seconds].append(step.pk)
        if step.operation == CreateChat.name:
            self.roomless.append(self.rooms[step.chat_id])

    def _membership(
        self, room: Room, member: str, state: str, *, ours: bool, admin: bool = False, reason: str = ""
    ) -> None:
        self.memberships[room.pk, member] = Membership(
            room=room, member=member, state=state, ours=ours, admin=admin, reason=reason
        )

    def write(self) -> None:
        """A fixed number of statements, and one more for each different reason."""
        Step.objects.filter(pk__in=self.done).update(state=Step.DONE, reason="")
        for reason, steps in self.failed.items():
            Step.objects.filter(pk__in=steps).update(state=Step.FAILED, reason=reason)
        for (reason, seconds), steps in self.later.items():
            due = timezone.now() + timedelta(seconds=seconds)
            Step.objects.filter(pk__in=steps).update(state=Step.WAITING, due_at=due, reason=reason)
        Room.objects.bulk_update(
            self.changed_rooms.values(), ["external_id", "owner", "intended_at", "title", "problem"]
        )
        Room.objects.filter(pk__in=[room.pk for room in self.roomless], external_id="").delete()
        if self.refused:
            cancel_rest(self.connection, self.refused)
        seat(self.memberships.values())
        unseat(self.gone)
        for chats, count in _by_count(self.entered):
            Chat.objects.filter(pk__in=chats).update(inside=F("inside") + count)


def seat(memberships: Iterable[Membership]) -> None:
    """What the messenger said about accounts in rooms, new or not."""
    Membership.objects.bulk_create(
        memberships,
        update_conflicts=True,
        unique_fields=["room", "member"],
        update_fields=["state", "ours", "admin", "reason"],
        batch_size=2000,
    )


def unseat(gone: Iterable[tuple[int, str]]) -> None:
    """Accounts that are in those rooms no more."""
    by_room: dict[int, list[str]] = defaultdict(list)
    for room, member in gone:
        by_room[room].append(member)
    for room, members in by_room.items():
        Membership.objects.filter(room=room, member__in=members).delete()


def _by_count(entered: Counter[int]) -> Iterable[tuple[list[int], int]]:
    chats: dict[int, list[int]] = defaultdict(list)
    for chat, count in entered.items():
        chats[count].append(chat)
    return ((found, count) for count, found in chats.items())


def tally(steps: Iterable[Step], *, requests: int = 0) -> None:
    """Bring the runs of these steps up to date, and finish those that have nothing left to do."""
    runs = {step.run_id for step in steps}
    for run in Run.objects.select_for_update().filter(pk__in=runs, state__in=Run.OPEN).order_by("pk"):
        states = Counter(dict(run.steps.values_list("state").annotate(count=Count("pk")).order_by("state")))
        run.done = states[Step.DONE]
        run.failed = states[Step.FAILED] + states[Step.CANCELLED]
        run.requests += requests
        if not any(states[state] for state in UNFINISHED):
            run.state = Run.DONE if not run.failed else Run.PARTIAL if run.done else Run.FAILED
            run.finished_at = timezone.now()
        run.save(update_fields=["done", "failed", "requests", "state", "finished_at"])


def cancel_rest(connection: Connection, chats: Iterable[int]) -> None:
    """Where a create failed for good, the rest of its chat has nowhere to happen."""
    rest = Step.objects.filter(connection=connection, chat__in=chats, state=Step.WAITING)
    rest.update(state=Step.CANCELLED, reason="no_room")
