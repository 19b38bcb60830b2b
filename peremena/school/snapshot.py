"""Everything a plan is made of, read at once: a fixed number of queries for any number of schools."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.plan import School
from peremena.core.roster import TEACHING, Enrollment, EnrollmentRole, Group, SchoolClass, SchoolYear
from peremena.core.rules import HandSeats
from peremena.core.state import ActualRoom, KnownChat
from peremena.school import models
from peremena.school.models import Membership, Seat

ROLES = {role.value: role for role in EnrollmentRole}
EVERYTHING = Q()


@dataclass(slots=True)
class Gathered:
    """The rows of one school, while they are being gathered."""

    classes: dict[int, SchoolClass] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    teachers: set[int] = field(default_factory=set)
    in_classes: list[Enrollment] = field(default_factory=list)
    in_groups: list[Enrollment] = field(default_factory=list)
    guardians: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    known: dict[ChatKey, KnownChat] = field(default_factory=dict)
    by_hand: dict[ChatKey, HandSeats] = field(default_factory=dict)


def on_day(day: date) -> Q:
    """Ties in force on a day."""
    return Q(ended=None) & (Q(begins=None) | Q(begins__lte=day)) & (Q(ends=None) | Q(ends__gte=day))


def clamped(day: date, organization: models.Organization) -> date:
    """The day, moved into the school's active year: a year that has ended is looked at on its last day."""
    year = organization.years.filter(number=organization.active_year or 0).first()
    return min(max(day, year.begins), year.ends) if year else day


def load(
    organizations: Sequence[models.Organization], connection: models.Connection | None, day: date
) -> dict[int, School]:
    """School values by organization id. All are looked at on the same `day` and over the same connection."""
    gathered = {organization.pk: Gathered() for organization in organizations}
    years = {organization.pk: organization.active_year or 0 for organization in organizations}
    _units(gathered, years)
    chats = models.Chat.objects.filter(organization__in=gathered, archived_at=None)
    return _schools(organizations, gathered, chats, connection, day)


def load_chat(chat: models.Chat, connection: models.Connection | None, day: date) -> School:
    """The school's values, narrowed to what one chat is made of: what is asked of that chat is answered as `load` would."""
    return load_chats(chat.organization, [chat], connection, day)


def load_chats(
    organization: models.Organization,
    chats: Collection[models.Chat],
    connection: models.Connection | None,
    day: date,
) -> School:
    """The same for some chats of one school."""
    gathered = {organization.pk: Gathered()}
    years = {organization.pk: organization.active_year or 0}
    classes = Q(pk__in={chat.school_class_id for chat in chats if chat.school_class_id})
    groups = Q(pk__in={chat.group_id for chat in chats if chat.group_id})
    _units(gathered, years, classes, groups)
    own = models.Chat.objects.filter(pk__in=[chat.pk for chat in chats])
    return _schools([organization], gathered, own, connection, day)[organization.pk]


def _schools(
    organizations: Sequence[models.Organization],
    gathered: dict[int, Gathered],
    chats: QuerySet[models.Chat],
    connection: models.Connection | None,
    day: date,
) -> dict[int, School]:
    _people(gathered, day)
    _chats(gathered, chats, connection, day)
    accounts = _accounts(gathered, connection)
    return {
        organization.pk: School(
            year=SchoolYear(
                organization=organization.pk,
                name=organization.name,
                year=organization.active_year or 0,
                classes=found.classes,
                groups=found.groups,
                teachers=frozenset(found.teachers),
                in_classes=tuple(found.in_classes),
                in_groups=tuple(found.in_groups),
                guardians={pupil: frozenset(people) for pupil, people in found.guardians.items()},
            ),
            accounts=accounts,
            known=found.known,
            by_hand=found.by_hand,
        )
        for organization in organizations
        for found in (gathered[organization.pk],)
    }


def _units(
    gathered: dict[int, Gathered], years: dict[int, int], classes: Q = EVERYTHING, groups: Q = EVERYTHING
) -> None:
    of_year = Q(ended=None, organization__in=gathered, year__in=set(years.values()))
    for pk, org, year, title, sort_key in models.SchoolClass.objects.filter(of_year, classes).values_list(
        "id", "organization", "year", "title", "sort_key"
    ):
        if years[org] == year:
            gathered[org].classes[pk] = SchoolClass(title, sort_key)
    for pk, org, year, title, subject, subject_title, sort_key in models.Group.objects.filter(
        of_year, groups
    ).values_list("id", "organization", "year", "title", "subject", "subject__title", "sort_key"):
        if years[org] == year:
            gathered[org].groups[pk] = Group(title, subject, subject_title, sort_key)


def _people(gathered: dict[int, Gathered], day: date) -> None:
    here = on_day(day) & Q(person__ended=None)
    teachers = models.Employment.objects.filter(here, organization__in=gathered, position=TEACHING)
    for org, person in teachers.values_list("organization", "person"):
        gathered[org].teachers.add(person)
    home: dict[int, set[int]] = defaultdict(set)  # pupil → organizations
    for unit_of, name in ((_classes, "school_class"), (_groups, "group")):
        school_of = {unit: (org, into) for org, found in gathered.items() for unit, into in unit_of(found)}
        enrolled = models.Enrollment.objects.filter(here, **{f"{name}__in": school_of})
        for unit, person, role, primary in enrolled.values_list(name, "person", "role", "primary"):
            org, into = school_of[unit]
            into.append(Enrollment(unit, person, ROLES[role], primary))
            if role == EnrollmentRole.STUDENT:
                home[person].add(org)
    in_force = on_day(day) & Q(guardian__ended=None, pupil__in=home)
    for pupil, guardian in models.Guardianship.objects.filter(in_force).values_list("pupil", "guardian"):
        for org in home[pupil]:
            gathered[org].guardians[pupil].add(guardian)


def _classes(found: Gathered) -> Iterator[tuple[int, list[Enrollment]]]:
    return ((unit, found.in_classes) for unit in found.classes)


def _groups(found: Gathered) -> Iterator[tuple[int, list[Enrollment]]]:
    return ((unit, found.in_groups) for unit in found.groups)


def _chats(
    gathered: dict[int, Gathered], chats: QuerySet[models.Chat], connection: models.Connection | None, day: date
) -> None:
    keys: dict[int, ChatKey] = {}
    kept: dict[int, tuple[str, bool]] = {}
    for pk, org, year, kind, school_class, group, subject, title, title_kept in chats.values_list(
        "id", "organization", "year", "kind", "school_class", "group", "subject", "title", "title_kept"
    ):
        own = pk if kind == ChatKind.CUSTOM else 0
        keys[pk] = ChatKey(org, year, ChatKind(kind), school_class or 0, group or 0, subject or 0, own)
        kept[pk] = (title, title_kept)
    rooms = _rooms(chats, connection)
    for pk, key in keys.items():
        gathered[key.organization].known[key] = KnownChat(*kept[pk], *rooms.get(pk, (None, "")))
    _by_hand(gathered, chats, keys, day)


def _rooms(
    chats: QuerySet[models.Chat], connection: models.Connection | None
) -> dict[int, tuple[ActualRoom | None, str]]:
    """Chat id → its room and what is wrong with it; an intent without a room yet is no room."""
    rooms = models.Room.objects.filter(connection=connection, chat__in=chats).exclude(external_id="", problem="")
    known = rooms.values_list("id", "chat", "external_id", "title", "problem")
    people: dict[int, Members] = defaultdict(Members)
    rows = Membership.objects.filter(room__in=rooms)
    for room, member, state, ours, admin, reason in rows.values_list(
        "room", "member", "state", "ours", "admin", "reason"
    ):
        people[room].see(member, state, ours, admin, reason)
    return {
        chat: (people[pk].room(title) if external_id else None, problem)
        for pk, chat, external_id, title, problem in known
    }


class Members:
    """The memberships of one room, sorted by state."""

    __slots__ = ("admins", "by_state", "ours", "refused")

    def __init__(self) -> None:
        self.by_state: dict[str, set[str]] = defaultdict(set)
        self.ours: set[str] = set()
        self.admins: set[str] = set()
        self.refused: dict[str, str] = {}

    def see(self, member: str, state: str, ours: bool, admin: bool, reason: str) -> None:
        self.by_state[state].add(member)
        if ours:
            self.ours.add(member)
        if admin and state == Membership.IN:
            self.admins.add(member)
        if state == Membership.REFUSED:
            self.refused[member] = reason

    def room(self, title: str) -> ActualRoom:
        of = {state: frozenset(members) for state, members in self.by_state.items()}
        return ActualRoom(
            title=title,
            members=of.get(Membership.IN, frozenset()),
            ours=frozenset(self.ours),
            admins=frozenset(self.admins),
            left=of.get(Membership.LEFT, frozenset()),
            invited=of.get(Membership.INVITED, frozenset()),
            refused=self.refused,
        )


def _by_hand(gathered: dict[int, Gathered], chats: QuerySet[models.Chat], keys: dict[int, ChatKey], day: date) -> None:
    layers: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    in_force = Seat.objects.filter(Q(until=None) | Q(until__gte=day), chat__in=chats)
    for chat, person, layer in in_force.values_list("chat", "person", "layer"):
        layers[chat][layer].add(person)
    for chat, found in layers.items():
        seats = HandSeats(frozenset(found[Seat.PINNED]), frozenset(found[Seat.BLOCKED]))
        gathered[keys[chat].organization].by_hand[keys[chat]] = seats


def _accounts(gathered: dict[int, Gathered], connection: models.Connection | None) -> dict[int, str]:
    """Linked accounts of everybody these schools have to do with, and who is still with us."""
    if connection is None:
        return {}
    people = {person for found in gathered.values() for person in _everybody(found)}
    members = {
        member for found in gathered.values() for chat in found.known.values() if chat.room for member in chat.room.ours
    }
    linked = models.Account.objects.filter(messenger=connection.messenger, ended_at=None, person__ended=None)
    rows = linked.filter(Q(person__in=people) | Q(external_id__in=members))
    return dict(rows.values_list("person", "external_id"))


def _everybody(found: Gathered) -> Iterable[int]:
    yield from found.teachers
    yield from (row.person for row in (*found.in_classes, *found.in_groups))
    for guardians in found.guardians.values():
        yield from guardians
    for seats in found.by_hand.values():
        yield from (*seats.pinned, *seats.blocked)
