"""Creates whose answer never came. A create is not idempotent, so it is judged by what the messenger shows, never repeated on
a guess: adopt the one room that can only be it, repeat where there is none, ask a person otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from peremena.core.errors import MessengerError, Unauthorized
from peremena.core.operations import AddMember, CreateChat
from peremena.messengers.base import FoundRoom, Messenger, RoomState
from peremena.school.models import Connection, Membership, Room
from peremena.sync.bookkeeping import MOST_ATTEMPTS, put_off
from peremena.sync.models import Step
from peremena.sync.seating import seat
from peremena.sync.tally import Tally

COARSENESS = 1.0  # seconds: messengers tell the time in whole ones
UNCLEAR = "several_rooms"

States = Mapping[str, RoomState | MessengerError]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of each intent, by chat."""

    adopt: dict[int, FoundRoom] = field(default_factory=dict)
    repeat: set[int] = field(default_factory=set)
    ask: set[int] = field(default_factory=set)


def settle(connection: Connection, messenger: Messenger, *, on_their_way: Collection[int] = ()) -> bool:
    """Judge the lost creates that are old enough; whether any was. The steps `on_their_way` are not lost, however long they
    take. Unauthorized when the credential is refused."""
    sent = Step.objects.filter(connection=connection, state=Step.SENT, operation=CreateChat.name)
    ripe = [step for step in sent.filter(due_at__lte=timezone.now()) if step.pk not in on_their_way]
    if not ripe:
        return False
    intents = Room.objects.filter(connection=connection, external_id="", chat__in=sent.values("chat"))
    try:
        judgement, states = _look(connection, messenger, list(intents), {step.chat_id for step in ripe})
    except Unauthorized:
        raise
    except MessengerError as error:
        put_off(connection, ripe, error, messenger)
    else:
        _write(connection, ripe, judgement, states)
    return True


def _look(
    connection: Connection, messenger: Messenger, intents: list[Room], ripe: Collection[int]
) -> tuple[Judgement, States]:
    began = min((room.intended_at or 0 for room in intents), default=0.0) - COARSENESS
    # Of whichever connection: the same account may serve two.
    rooms = Room.objects.filter(connection__messenger=connection.messenger, owner=connection.account)
    known = set(rooms.values_list("external_id", flat=True))
    found = messenger.found_since(began, known)
    judgement = judge([room for room in intents if room.chat_id in ripe], intents, found)
    judgement.ask.update(set(ripe) - {room.chat_id for room in intents})  # nobody knows any more when they began
    states = messenger.read([room.external_id for room in judgement.adopt.values()]) if judgement.adopt else {}
    return judgement, states


def judge(ripe: Iterable[Room], intents: Iterable[Room], found: Iterable[FoundRoom]) -> Judgement:
    """A room is adopted only if exactly one open intent and exactly one unknown room of ours, begun after it, bear the title.
    While there is an unknown room that nobody meant to make, whose title a person may have changed, nothing is repeated."""
    namesakes = Counter(room.title for room in intents)
    by_title: dict[str, list[FoundRoom]] = defaultdict(list)
    for candidate in found:
        by_title[candidate.title].append(candidate)
    nobodys = [room.began for title in by_title.keys() - namesakes.keys() for room in by_title[title]]
    judgement = Judgement()
    for room in ripe:
        since = (room.intended_at or 0) - COARSENESS
        candidates = [candidate for candidate in by_title[room.title] if candidate.began >= since]
        if not candidates and all(began < since for began in nobodys):
            judgement.repeat.add(room.chat_id)
        elif len(candidates) == 1 and namesakes[room.title] == 1:
            judgement.adopt[room.chat_id] = candidates[0]
        else:
            judgement.ask.add(room.chat_id)
    return judgement


def _write(connection: Connection, ripe: Iterable[Step], judgement: Judgement, states: States) -> None:
    tally = Tally()
    with transaction.atomic():
        judged = {step.pk: step.attempts for step in ripe}
        sent = Step.objects.filter(pk__in=judged, state=Step.SENT)
        for step in sent.select_for_update().order_by("pk"):  # the others have been answered meanwhile
            if step.attempts != judged[step.pk]:
                continue  # judged and sent again by a lane that took this one for dead
            if room := judgement.adopt.get(step.chat_id):
                _adopt(connection, step, room, states[room.external_id], tally)
            elif step.chat_id in judgement.repeat:
                _repeat(connection, step, tally)
            else:
                _ask(connection, step, tally)
        tally.write()


def _adopt(
    connection: Connection, step: Step, room: FoundRoom, state: RoomState | MessengerError, tally: Tally
) -> None:
    own = Room.objects.get(connection=connection, chat=step.chat_id)
    own.external_id, own.owner, own.intended_at = room.external_id, room.owner, None
    own.save(update_fields=["external_id", "owner", "intended_at"])
    tally.close(Step.objects.filter(pk=step.pk), Step.DONE, "adopted")
    if isinstance(state, MessengerError):
        return  # the adds that follow will meet the same trouble and tell it
    adds = Step.objects.filter(run=step.run_id, chat=step.chat_id, operation=AddMember.name, state__in=Step.OPEN)
    there = {add.pk: add.data["member"] for add in adds if add.data["member"] in state.members}
    tally.close(Step.objects.filter(pk__in=there), Step.DONE)
    seat([Membership(room=own, member=member, state=Membership.IN, ours=True) for member in there.values()])


def _repeat(connection: Connection, step: Step, tally: Tally) -> None:
    Room.objects.filter(connection=connection, chat=step.chat_id, external_id="").delete()
    if step.attempts < MOST_ATTEMPTS:
        now = timezone.now()
        Step.objects.filter(pk=step.pk).update(state=Step.WAITING, due_at=now, reason="answer_lost")
        # What was to come with it has not been tried either: its own wait would keep the create back too.
        Step.objects.filter(run=step.run_id, chat=step.chat_id, state=Step.WAITING).update(due_at=now)
    else:
        tally.close(Step.objects.filter(pk=step.pk), Step.FAILED, "answer_lost")
        tally.close_rest(connection.pk, [step.chat_id], "no_room")


def _ask(connection: Connection, step: Step, tally: Tally) -> None:
    """The intent stays on the books as a problem, or the next plan would make one more room."""
    Room.objects.update_or_create(
        chat_id=step.chat_id,
        connection=connection,
        defaults={"problem": UNCLEAR, "intended_at": None},
        create_defaults={"problem": UNCLEAR, "title": step.data["title"]},
    )
    tally.close(Step.objects.filter(pk=step.pk), Step.FAILED, UNCLEAR)
    tally.close_rest(connection.pk, [step.chat_id], UNCLEAR)
