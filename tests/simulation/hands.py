"""What people do in the messenger itself."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from django.utils import timezone

from peremena.school.models import Membership, Room
from peremena.sync import mending
from tests.simulation.messenger import OWN, STRANGER

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule


def _room(schedule: Schedule, dice: Random) -> str | None:
    rooms = list(schedule.world.rooms)
    return dice.choice(rooms) if rooms else None


def _heard(schedule: Schedule, dice: Random, room: str) -> str:
    """The listener hears of what has happened, mostly."""
    if dice.random() < 0.3:
        return ""
    Room.objects.filter(external_id=room).update(due_at=timezone.now())
    mending.wake_mending(schedule.town.connection.pk)
    return ", which is heard"


def member_departs(schedule: Schedule, dice: Random) -> str:
    """By himself, or put out by somebody; the messenger may take him back in the second case."""
    room = _room(schedule, dice)
    inside = sorted(schedule.world.rooms[room].members.keys() - {OWN}) if room else []
    if room is None or not inside:
        return "nobody is there to go"
    member, by_himself = dice.choice(inside), dice.random() < 0.5
    known = Membership.objects.filter(room__external_id=room, member=member, state=Membership.IN, ours=True)
    if known.exists():
        schedule.witness.not_again.add((room, member))
    schedule.witness.departed.add((room, member))
    schedule.witness.put_by_us.discard((room, member))
    if by_himself:
        schedule.world.leave(room, member)
    else:
        del schedule.world.rooms[room].members[member]
    return f"{member} {'leaves' if by_himself else 'is put out of'} {room}{_heard(schedule, dice, room)}"


def somebody_is_let_in(schedule: Schedule, dice: Random) -> str:
    """A stranger, or one of ours by somebody else's hand."""
    room = _room(schedule, dice)
    if room is None:
        return "there is no room"
    known = sorted(schedule.world.accounts - {OWN})
    member = f"{STRANGER} {dice.randrange(3)}" if dice.random() < 0.4 else dice.choice(known)
    if member not in schedule.world.rooms[room].members:
        schedule.world.join(room, member)
        schedule.witness.not_again.discard((room, member))
    return f"{member} is let into {room}{_heard(schedule, dice, room)}"


def title_is_changed(schedule: Schedule, dice: Random) -> str:
    room = _room(schedule, dice)
    if room is None:
        return "there is no room"
    titles = sorted(each.title for each in schedule.world.rooms.values())
    title = f"Наш {dice.randrange(3)}" if dice.random() < 0.8 else dice.choice(titles)
    schedule.world.rooms[room].title = title
    return f"{room} is called «{title}»{_heard(schedule, dice, room)}"


def room_disappears(schedule: Schedule, dice: Random) -> str:
    """It is gone, or closed to us; or open to us again."""
    room = _room(schedule, dice)
    if room is None:
        return "there is no room"
    members = schedule.world.rooms[room].members
    if OWN not in members:
        members[OWN] = True
        return f"{room} is open again"
    if dice.random() < 0.5:
        del members[OWN]
        return f"{room} is closed to us"
    del schedule.world.rooms[room]
    return f"{room} is gone"


def privacy_changes(schedule: Schedule, dice: Random) -> str:
    member = dice.choice(sorted(schedule.world.accounts - {OWN}))
    schedule.world.closed ^= {member}
    return f"{member} {'lets nobody' if member in schedule.world.closed else 'lets everybody'} add him"


def namesake_is_made(schedule: Schedule, dice: Random) -> str:
    """Somebody with our account makes a room that is called like one of ours will be."""
    school = dice.choice(schedule.town.schools)
    title = f"{school.name} - {dice.choice(('1А - Чат класса', '2Б - Родительский чат', 'Учительский чат'))}"
    return f"room {schedule.world.create(title, OWN)} is made by hand: «{title}»"
