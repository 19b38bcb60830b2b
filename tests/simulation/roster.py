"""What people enter on pages and what rosters bring: ties, links, seats, names."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from peremena.audit.acts import Actor
from peremena.core.roster import EnrollmentRole
from peremena.school.models import (
    Account,
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Membership,
    Organization,
    Person,
    SchoolClass,
    Seat,
)
from peremena.sync import edits
from tests import school_rows as rows
from tests.simulation.world import Tie

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

ENDED = "2026-10-01"


def tie_changes(schedule: Schedule, dice: Random) -> str:
    """Somebody or something goes, or comes back."""
    tie = dice.choice(list(schedule.town.ties))
    set_tie(schedule, tie, not schedule.town.ties[tie])
    return f"{tie.model.__name__} {tie.pk} {'is back' if schedule.town.ties[tie] else 'ends'}"


def set_tie(schedule: Schedule, tie: Tie, in_force: bool) -> None:
    with rows.writing():
        tie.model.objects.filter(pk=tie.pk).update(ended=None if in_force else ENDED)
    schedule.town.ties[tie] = in_force


def person_comes(schedule: Schedule, dice: Random) -> str:
    town = schedule.town
    person, unit = dice.choice(town.people), dice.choice(town.units)
    role = EnrollmentRole.TEACHER if dice.random() < 0.25 else EnrollmentRole.STUDENT
    where = {"school_class_id" if isinstance(unit, SchoolClass) else "group_id": unit.pk}
    with rows.writing():
        made = Enrollment.objects.create(
            source_id=unit.source_id, source_key=f"s{len(town.ties)}", person_id=person, role=role, **where
        )
    town.ties[Tie(Enrollment, made.pk)] = True
    return f"person {person} comes to {type(unit).__name__} {unit.pk} as {role}"


def person_moves(schedule: Schedule, dice: Random) -> str:
    """One tie ends where another begins."""
    places = [tie for tie, in_force in schedule.town.ties.items() if in_force and tie.model is Enrollment]
    if places:
        set_tie(schedule, dice.choice(places), False)
    return f"a place ends; {person_comes(schedule, dice)}"


def family_grows(schedule: Schedule, dice: Random) -> str:
    town = schedule.town
    pupil, guardian = dice.sample(town.people, 2)
    with rows.writing():
        made, new = Guardianship.objects.get_or_create(
            source_id=town.units[0].source_id, pupil_id=pupil, guardian_id=guardian
        )
    if new:
        town.ties[Tie(Guardianship, made.pk)] = True
    return f"person {guardian} guards {pupil}"


def everybody_goes(schedule: Schedule, dice: Random) -> str:
    """So many at once that a plan is refused."""
    kind = dice.choice((Enrollment, Employment, Guardianship, Group, SchoolClass))
    ties = [tie for tie in schedule.town.ties if tie.model is kind]
    with rows.writing():
        kind.objects.filter(pk__in=[tie.pk for tie in ties]).update(ended=ENDED)
    schedule.town.ties.update(dict.fromkeys(ties, False))
    return f"every {kind.__name__} ends"


def school_is_renamed(schedule: Schedule, dice: Random) -> str:
    school = dice.choice(schedule.town.schools)
    # Also to the other's name: then their chats would like the same titles.
    school.name = dice.choice(("Первая", "Вторая", "Третья"))
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name=school.name)
    return f"school {school.pk} is called {school.name}"


def profile_is_linked(schedule: Schedule, dice: Random) -> str:
    """A new profile, in an old one's place if there is one."""
    town, person = schedule.town, dice.choice(schedule.town.people)
    free = [number for number in sorted(schedule.base.town.accounts.values()) if number not in town.accounts.values()]
    town.profiles += 1
    number = dice.choice(free) if free and dice.random() < 0.5 else f"9{town.profiles:03}"
    with rows.writing():
        Account.objects.filter(person=person, ended_at=None).update(ended_at=schedule.clock.today())
        Account.objects.create(person_id=person, messenger="vk", external_id=number)
    town.accounts[person] = number
    schedule.world.accounts.add(number)
    return f"person {person} links {number}"


def profile_is_unlinked(schedule: Schedule, dice: Random) -> str:
    town = schedule.town
    if not town.accounts:
        return "nobody is linked"
    person = dice.choice(list(town.accounts))
    if dice.random() < 0.5:  # he does so himself
        edits.unlink(Person.objects.get(pk=person), messenger="vk", actor=Actor.system("tests"))
    else:
        with rows.writing():
            Account.objects.filter(person=person, ended_at=None).update(ended_at=schedule.clock.today())
    number = town.accounts.pop(person)
    return f"person {person} unlinks {number}"


def seat_is_decided(schedule: Schedule, dice: Random) -> str:
    """Somebody is pinned to a chat or shut out of it, by a named person, or that is taken back."""
    chat, person = _place(schedule, dice)
    layer = dice.choice((Seat.PINNED, Seat.BLOCKED, Seat.BLOCKED))
    seats = schedule.town.seats
    with rows.writing():
        if (chat, person) in seats:
            del seats[chat, person]
            Seat.objects.filter(chat=chat, person=person).delete()
            return f"person {person} in chat {chat} as the roster says"
        Seat.objects.create(chat_id=chat, person_id=person, layer=layer, decided_by=dice.choice(schedule.town.users))
    seats[chat, person] = layer
    return f"person {person} {layer} in chat {chat}"


def _place(schedule: Schedule, dice: Random) -> tuple[int, int]:
    """A chat and a person; more often than not he is in it."""
    inside = Membership.objects.filter(state=Membership.IN).order_by("room__chat", "member")
    person_of = {member: person for person, member in schedule.town.accounts.items()}
    found = [
        (chat, person_of[member]) for chat, member in inside.values_list("room__chat", "member") if member in person_of
    ]
    chat, person = dice.choice(found)
    return chat, person if dice.random() < 0.7 else dice.choice(schedule.town.people)
