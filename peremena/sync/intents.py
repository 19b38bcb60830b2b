"""Creates whose answer never came. A create is not idempotent, so it is judged by what the messenger shows, never repeated on
a guess: adopt the one room that can only be it, repeat where there is none, ask a person otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from peremena.core.errors import MessengerError
from peremena.core.operations import AddMember, CreateChat
from peremena.messengers.base import FoundRoom, Messenger, RoomState
from peremena.school.models import Chat, Connection, Membership, Room
from peremena.sync.bookkeeping import answer_lost, cancel_rest, seat, tally
from peremena.sync.models import Step

GRACE = 2.0  # seconds beyond the client's patience, for a request that is still on its way
COARSENESS = 1.0  # seconds: messengers tell the time in whole ones


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of each intent, by chat."""

    adopt: dict[int, FoundRoom] = field(default_factory=dict)
    repeat: list[int] = field(default_factory=list)
    ask: list[int] = field(default_factory=list)


def recover(connection: Connection) -> None:
    """At the lane's start: whatever is marked as sent was sent by a lane that is no more."""
    answer_lost(Step.objects.filter(connection=connection, state=Step.SENT), "answer_lost")


def open_intents(connection: Connection) -> list[Room]:
    """Rooms that were to be created and of which nothing is known yet."""
    sent = Step.objects.filter(connection=connection, state=Step.SENT, operation=CreateChat.name)
    return list(Room.objects.filter(connection=connection, external_id="", chat__in=sent.values("chat")))


def settle(connection: Connection, messenger: Messenger) -> bool:
    """Judge the intents that are old enough; whether any was."""
    intents = open_intents(connection)
    ripe = [room for room in intents if messenger.clock() - (room.intended_at or 0) > messenger.patience + GRACE]
    if not ripe:
        return False
    began = min(room.intended_at or 0 for room in ripe) - COARSENESS
    known = set(Room.objects.filter(connection=connection).values_list("external_id", flat=True))
    found = [room for room in messenger.found_since(began) if room.external_id not in known]
    judgement = judge(ripe, intents, found)
    states = messenger.read([room.external_id for room in judgement.adopt.values()]) if judgement.adopt else {}
    with transaction.atomic():
        steps = Step.objects.filter(connection=connection, state=Step.SENT, operation=CreateChat.name)
        touched = list(steps.filter(chat__in=[room.chat_id for room in ripe]))
        for chat, room in judgement.adopt.items():
            _adopt(connection, chat, room, states[room.external_id])
        steps.filter(chat__in=judgement.repeat).update(state=Step.WAITING, due_at=timezone.now(), reason="answer_lost")
        Room.objects.filter(connection=connection, chat__in=judgement.repeat, external_id="").delete()
        steps.filter(chat__in=judgement.ask).update(state=Step.FAILED, reason="several_rooms")
        cancel_rest(connection, judgement.ask)
        Room.objects.filter(connection=connection, chat__in=judgement.ask, external_id="").delete()
        tally(touched)
    return True


def judge(ripe: Iterable[Room], intents: Iterable[Room], found: Iterable[FoundRoom]) -> Judgement:
    """A room is adopted only if exactly one open intent and exactly one unknown room of ours, begun after it, bear the title."""
    namesakes = Counter(room.title for room in intents)
    by_title: dict[str, list[FoundRoom]] = defaultdict(list)
    for candidate in found:
        by_title[candidate.title].append(candidate)
    judgement = Judgement()
    for room in ripe:
        since = (room.intended_at or 0) - COARSENESS
        candidates = [candidate for candidate in by_title[room.title] if candidate.began >= since]
        if not candidates:
            judgement.repeat.append(room.chat_id)
        elif len(candidates) == 1 and namesakes[room.title] == 1:
            judgement.adopt[room.chat_id] = candidates[0]
        else:
            judgement.ask.append(room.chat_id)
    return judgement


def _adopt(connection: Connection, chat: int, room: FoundRoom, state: RoomState | MessengerError) -> None:
    own = Room.objects.get(connection=connection, chat=chat)
    own.external_id, own.owner, own.intended_at = room.external_id, room.owner, None
    own.save(update_fields=["external_id", "owner", "intended_at"])
    steps = Step.objects.filter(connection=connection, chat=chat, state__in=(Step.SENT, Step.WAITING))
    steps.filter(operation=CreateChat.name).update(state=Step.DONE, reason="adopted")
    if isinstance(state, MessengerError):
        return  # the adds that follow will meet the same trouble and tell it
    adds = {step.data["member"]: step.pk for step in steps.filter(operation=AddMember.name)}
    there = adds.keys() & state.members
    Step.objects.filter(pk__in=[adds[member] for member in there]).update(state=Step.DONE, reason="")
    seat(Membership(room=own, member=member, state=Membership.IN, ours=True) for member in there)
    Chat.objects.filter(pk=chat).update(inside=F("inside") + len(there))
