"""Reading rooms again: the truth about who is inside, written over what we remembered."""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import MessengerError
from peremena.messengers.base import RoomState
from peremena.school.models import Chat, Connection, Membership, Organization, Room
from peremena.sync.bookkeeping import ROOM_IS_LOST, seat
from peremena.sync.connections import opened

Remembered = dict[str, Membership]


def read_rooms(connection: Connection, organization: Organization) -> None:
    """Bring what we remember of the school's rooms up to date. MessengerError when nothing could be read."""
    rooms = Room.objects.filter(connection=connection, chat__organization=organization).exclude(external_id="")
    by_id = {room.external_id: room for room in rooms.select_related("chat")}
    if not by_id:
        return
    with opened(connection) as messenger:
        states = messenger.read(by_id)
    remembered: dict[int, Remembered] = defaultdict(dict)
    for membership in Membership.objects.filter(room__in=by_id.values()):
        remembered[membership.room_id][membership.member] = membership
    with act("rooms.read", actor=Actor.system("sync"), organization=organization.pk):
        fresh: list[Membership] = []
        gone: list[int] = []
        for external_id, state in states.items():
            room = by_id[external_id]
            if isinstance(state, MessengerError):
                _cannot_be_read(room, state)
            else:
                _title(room, state.title)
                fresh += _inside(room, state, remembered[room.pk], connection.account)
                fresh += _left(room, state, remembered[room.pk])
                gone += _forgotten(state, remembered[room.pk])
        Membership.objects.filter(pk__in=gone).delete()
        seat(fresh)
        Room.objects.filter(pk__in=[room.pk for room in by_id.values()]).update(read_at=timezone.now(), due=False)


def _cannot_be_read(room: Room, error: MessengerError) -> None:
    if error.reason in ROOM_IS_LOST:
        Room.objects.filter(pk=room.pk).update(problem=error.reason)


def _title(room: Room, title: str) -> None:
    """A title that is neither ours nor the one we knew was given by a person in the messenger: it is kept."""
    if room.problem or title != room.title:
        Room.objects.filter(pk=room.pk).update(title=title, problem="")
    if title not in (room.title, room.chat.title):
        Chat.objects.filter(pk=room.chat_id).update(title=title, title_kept=True)


def _inside(room: Room, state: RoomState, remembered: Remembered, own: str) -> list[Membership]:
    """Those inside now. Who was ours stays ours; who is found there for the first time is a stranger, until a plan finds him
    in his place."""
    found = []
    for member in state.members - {own}:
        before = remembered.get(member)
        admin = member in state.admins
        if before is None or (before.state, before.admin) != (Membership.IN, admin):
            ours = before is not None and before.ours
            found.append(Membership(room=room, member=member, state=Membership.IN, ours=ours, admin=admin))
    return found


def _left(room: Room, state: RoomState, remembered: Remembered) -> list[Membership]:
    """Ours who were inside and are no more, though we put nobody out: they went, or were put out by hand. Nobody presses
    them again."""
    return [
        Membership(room=room, member=member, state=Membership.LEFT, ours=True)
        for member, before in remembered.items()
        if member not in state.members and before.ours and before.state == Membership.IN
    ]


def _forgotten(state: RoomState, remembered: Remembered) -> list[int]:
    """Strangers who went; and refusals: reading again is the moment to try again."""
    return [
        before.pk
        for member, before in remembered.items()
        if member not in state.members
        and (before.state == Membership.REFUSED or (before.state == Membership.IN and not before.ours))
    ]
