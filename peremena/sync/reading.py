"""Reading rooms again: the truth about who is inside, written over what we remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import MessengerError, Transient
from peremena.core.operations import AddMember, InviteMember, RemoveMember, RenameChat
from peremena.messengers.base import RoomState
from peremena.school.changes import rewrite
from peremena.school.models import Chat, Connection, Membership, Organization, Room
from peremena.sync.bookkeeping import ROOM_IS_LOST
from peremena.sync.connections import opened
from peremena.sync.models import Run, Step

Remembered = Mapping[str, Membership]
LETTING_IN = (AddMember.name, InviteMember.name)
LATE = timedelta(minutes=5)  # a request may still take effect so long after its run has ended


class Found(NamedTuple):
    """Ids of rooms: those that were otherwise than we remembered, and those that could not be told now."""

    drifted: frozenset[int] = frozenset()
    later: frozenset[int] = frozenset()


def read_rooms(connection: Connection, organization: Organization, *, among: Collection[int] | None = None) -> Found:
    """Bring what we remember of the school's rooms up to date, or of those `among` them, by id. MessengerError when nothing
    could be read."""
    rooms = Room.objects.filter(connection=connection, chat__organization=organization).exclude(external_id="")
    if among is not None:
        rooms = rooms.filter(pk__in=among)
    by_id = {room.external_id: room for room in rooms.select_related("chat")}
    if not by_id:
        return Found()
    # Remembered first, read second: what a lane does in between is not taken for a person's doing.
    remembered: dict[int, dict[str, Membership]] = defaultdict(dict)
    for membership in Membership.objects.filter(room__in=by_id.values()):
        remembered[membership.room_id][membership.member] = membership
    given = _titles_given(by_id.values())
    with opened(connection) as messenger:
        states = messenger.read(by_id)
    with act("rooms.read", actor=Actor.system("sync"), organization=organization.pk):
        found = [(by_id[external_id], state) for external_id, state in states.items()]
        readable = [(room, state) for room, state in found if isinstance(state, RoomState)]
        renamed = _titles(readable, given | _titles_given(by_id.values()))
        lost = {room.pk for room, state in found if _problem(room, state) != room.problem}
        _rooms(found)
        moved = _members(connection, [(room, state, remembered[room.pk]) for room, state in readable])
    later = frozenset(room.pk for room, state in found if isinstance(state, Transient))
    return Found(frozenset(renamed | lost | moved), later)


def _titles_given(rooms: Collection[Room]) -> set[tuple[int, str]]:
    """(chat, title): those that we gave or are about to give."""
    chats = {room.chat_id for room in rooms}
    coming = Step.objects.filter(chat__in=chats, state__in=Step.OPEN, operation=RenameChat.name)
    told = Room.objects.filter(pk__in=[room.pk for room in rooms]).values_list("chat", "title", "chat__title")
    return {
        *coming.values_list("chat", "data__title"),
        *((chat, title) for chat, *titles in told for title in titles),
    }


def _rooms(found: Iterable[tuple[Room, RoomState | MessengerError]]) -> None:
    now = timezone.now()
    rows = [
        (room.pk, state.title if isinstance(state, RoomState) else room.title, _problem(room, state), now)
        for room, state in found
    ]
    rewrite(Room, ("title", "problem", "read_at"), rows)


def _problem(room: Room, state: RoomState | MessengerError) -> str:
    if isinstance(state, RoomState):
        return ""
    return state.reason if state.reason in ROOM_IS_LOST else room.problem


def _titles(readable: Iterable[tuple[Room, RoomState]], given: Set[tuple[int, str]]) -> set[int]:
    """A title that is none of ours was given by a person in the messenger: it is kept. The rooms where it is so."""
    changed = [(room, state.title) for room, state in readable if (room.chat_id, state.title) not in given]
    rewrite(Chat, ("title", "title_kept"), [(room.chat_id, title, True) for room, title in changed])
    return {room.pk for room, _ in changed}


def _members(connection: Connection, readable: Iterable[tuple[Room, RoomState, Remembered]]) -> set[int]:
    """Only what is still as it was remembered is changed: a lane may have written since. The rooms where anything is."""
    fresh: list[Membership] = []
    vanished: list[Membership] = []
    changed: list[tuple[int, str, bool]] = []
    gone: list[int] = []
    moved: set[int] = set()
    for room, state, before in readable:
        inside = state.members - {connection.account}
        come = [
            Membership(room=room, member=member, state=Membership.IN, admin=member in state.admins)
            for member in inside - before.keys()
        ]
        other, missing, forgotten = (
            [*_inside(inside, state, before)],
            [*_vanished(inside, room, before)],
            [*_forgotten(inside, before)],
        )
        if come or other or missing or forgotten:
            moved.add(room.pk)
        fresh += come
        vanished += missing
        changed += other
        gone += forgotten
    unanswered = _unanswered(connection, [*fresh, *vanished])
    for each in fresh:
        each.ours = unanswered.get((each.room_id, each.member)) in LETTING_IN
    put_out = {each.pk for each in vanished if unanswered.get((each.room_id, each.member)) == RemoveMember.name}
    changed += [(each.pk, Membership.LEFT, False) for each in vanished if each.pk not in put_out]
    Membership.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)
    rewrite(Membership, ("state", "admin"), changed)
    Membership.objects.filter(pk__in=[*gone, *put_out]).delete()
    return moved


def _unanswered(connection: Connection, memberships: Collection[Membership]) -> dict[tuple[int, str], str]:
    """(room, member) → what we asked for last, where the answer never reached the books: a run had been cancelled or given up,
    or nobody wants it any more. So it may be our doing that they came or went; but a room that has been read since owes
    nothing to a run that is long over."""
    if not memberships:
        return {}
    rooms = {each.room.chat_id: each.room for each in memberships}
    sent = Step.objects.filter(
        connection=connection,
        chat__in=rooms,
        data__member__in={each.member for each in memberships},
        operation__in=(*LETTING_IN, RemoveMember.name),
        attempts__gt=0,
    )
    steps = sent.select_related("run").defer("run__plan").order_by("pk")
    last = {(step.chat_id, step.data["member"]): step for step in steps}
    return {
        (rooms[chat].pk, member): step.operation
        for (chat, member), step in last.items()
        if not step.is_answered and _may_be_its_doing(step.run, rooms[chat])
    }


def _may_be_its_doing(run: Run, room: Room) -> bool:
    return run.finished_at is None or room.read_at is None or room.read_at < run.finished_at + LATE


def _inside(inside: frozenset[str], state: RoomState, before: Remembered) -> Iterable[tuple[int, str, bool]]:
    """Those inside now. Who was ours stays ours; who is found there for the first time is a stranger, until a plan finds him
    in his place."""
    for member in inside & before.keys():
        known, admin = before[member], member in state.admins
        if (known.state, known.admin) != (Membership.IN, admin):
            yield known.pk, Membership.IN, admin


def _vanished(inside: frozenset[str], room: Room, before: Remembered) -> Iterable[Membership]:
    """Ours who were inside and are no more. Unless we put them out, they went, or were put out by hand: nobody presses them
    again."""
    for member in before.keys() - inside:
        known = before[member]
        if known.ours and known.state == Membership.IN:
            known.room = room
            yield known


def _forgotten(inside: frozenset[str], before: Remembered) -> Iterable[int]:
    """Strangers who went; and refusals: reading again is the moment to try again."""
    for member in before.keys() - inside:
        known = before[member]
        if known.state == Membership.REFUSED or (known.state == Membership.IN and not known.ours):
            yield known.pk
