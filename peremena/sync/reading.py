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
from peremena.sync.models import Step

Remembered = Mapping[str, Membership]
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
    changed: list[tuple[int, str, bool]] = []
    gone: list[int] = []
    moved: set[int] = set()
    for room, state, before in readable:
        inside = state.members - {connection.account}
        come = [
            Membership(room=room, member=member, state=Membership.IN, admin=member in state.admins)
            for member in inside - before.keys()
        ]
        other = [*_inside(inside, state, before), *_left(inside, before)]
        forgotten = [*_forgotten(inside, before)]
        if come or other or forgotten:
            moved.add(room.pk)
        fresh += come
        changed += other
        gone += forgotten
    _own_up(connection, fresh)
    Membership.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)
    rewrite(Membership, ("state", "admin"), changed)
    Membership.objects.filter(pk__in=gone).delete()
    return moved


def _own_up(connection: Connection, fresh: Collection[Membership]) -> None:
    """Some of those found for the first time were let in by us, and the answer never reached the books: the run had been
    cancelled or given up. They are ours; but a room that has been read since owes nobody to a run that is long over."""
    if not fresh:
        return
    sent = Step.objects.filter(
        connection=connection,
        chat__in={each.room.chat_id for each in fresh},
        data__member__in={each.member for each in fresh},
        operation__in=(AddMember.name, InviteMember.name, RemoveMember.name),
        attempts__gt=0,
    )
    steps = sent.select_related("run").defer("run__plan").order_by("pk")
    last = {(step.chat_id, step.data["member"]): step for step in steps}
    for each in fresh:
        if step := last.get((each.room.chat_id, each.member)):
            ended, read = step.run.finished_at, each.room.read_at
            answered = step.operation == RemoveMember.name or (step.state == Step.DONE and not step.reason)
            each.ours = not answered and (ended is None or read is None or read < ended + LATE)


def _inside(inside: frozenset[str], state: RoomState, before: Remembered) -> Iterable[tuple[int, str, bool]]:
    """Those inside now. Who was ours stays ours; who is found there for the first time is a stranger, until a plan finds him
    in his place."""
    for member in inside & before.keys():
        known, admin = before[member], member in state.admins
        if (known.state, known.admin) != (Membership.IN, admin):
            yield known.pk, Membership.IN, admin


def _left(inside: frozenset[str], before: Remembered) -> Iterable[tuple[int, str, bool]]:
    """Ours who were inside and are no more, though we put nobody out: they went, or were put out by hand. Nobody presses
    them again."""
    for member in before.keys() - inside:
        known = before[member]
        if known.ours and known.state == Membership.IN:
            yield known.pk, Membership.LEFT, False


def _forgotten(inside: frozenset[str], before: Remembered) -> Iterable[int]:
    """Strangers who went; and refusals: reading again is the moment to try again."""
    for member in before.keys() - inside:
        known = before[member]
        if known.state == Membership.REFUSED or (known.state == Membership.IN and not known.ours):
            yield known.pk
