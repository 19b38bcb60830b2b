"""Invented rooms, schools and connections for the laws: small, overlapping, and as untidy as the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from peremena.core.capabilities import Capabilities
from peremena.core.operations import (
    AddMember,
    ArchiveChat,
    ChatKey,
    ChatKind,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
)
from peremena.core.plan import School
from peremena.core.roster import Enrollment, EnrollmentRole, Group, SchoolClass, SchoolYear
from peremena.core.rules import HandSeats
from peremena.core.state import Actual, ActualRoom, Desired, DesiredChat, KnownChat

Case = TypeVar("Case")
Value = TypeVar("Value")

CLASSES = {1: "5А", 2: "5А", 3: "10Б"}
GROUPS = {1: ("Хор", "Музыка"), 2: ("Хор", "Музыка"), 3: ("Группа 2", "Музыка")}
PEOPLE = range(1, 9)
STRANGERS = ("s1", "s2")
FORMER = ("v1-old", "v2-old")  # accounts that somebody linked before
KEYS = (
    ChatKey(1, 2027, ChatKind.TEACHERS),
    *(ChatKey(1, 2027, kind, school_class=unit) for kind in (ChatKind.CLASS, ChatKind.PARENTS) for unit in CLASSES),
    *(ChatKey(1, 2027, ChatKind.SUBJECT, group=unit) for unit in GROUPS),
    *(ChatKey(1, 2027, ChatKind.CUSTOM, custom=own) for own in (1, 2)),
)
SAID = ("Школа - 5А - Чат класса", "Школа - 5А - Чат класса (2)", "Школа - Хор - Музыка", "Наш чат", "А")
TITLES = st.sampled_from(SAID)
FEW_KEYS = KEYS[:4]
MEMBERS = ("a", "b", "c", "d")


def some(options: Sequence[Case]) -> st.SearchStrategy[frozenset[Case]]:
    """Any subset, as one number: ten times as fast as a set drawn one by one."""
    subsets = st.integers(0, 2 ** len(options) - 1)
    return subsets.map(lambda bits: frozenset(one for at, one in enumerate(options) if bits >> at & 1))


def by_some(keys: Sequence[Case], values: st.SearchStrategy[Value]) -> st.SearchStrategy[dict[Case, Value]]:
    """A value for each of some of the keys, in any order."""
    return st.lists(st.tuples(st.sampled_from(keys), values), max_size=3).map(dict)


@dataclass(frozen=True)
class World:
    """What should be and what is, for `diff`."""

    desired: Desired
    actual: Actual


@st.composite
def rooms(draw: st.DrawFn, members: tuple[str, ...] = MEMBERS, strangers: tuple[str, ...] = STRANGERS) -> ActualRoom:
    """`left`, `invited` and `refused` may overlap and may be inside again: the books are never quite up to date."""
    inside = draw(some(members))
    present = inside | draw(some(strangers))
    return ActualRoom(
        title=draw(TITLES),
        members=present,
        ours=draw(some(tuple(sorted(inside)))),
        admins=draw(some(tuple(sorted(present)))),
        left=draw(some(members)),
        invited=draw(some(members)),
        refused=dict.fromkeys(draw(some(members)), "privacy"),
    )


@st.composite
def wishes(draw: st.DrawFn) -> DesiredChat:
    members = draw(some(MEMBERS))
    return DesiredChat(draw(TITLES), members, draw(some(tuple(sorted(members)))))


def worlds() -> st.SearchStrategy[World]:
    return st.builds(World, by_some(FEW_KEYS, wishes()), by_some(FEW_KEYS, rooms()))


def as_it_is(wish: DesiredChat) -> ActualRoom:
    """A room in which all is as wished, and everybody in it is ours."""
    return ActualRoom(wish.title, wish.members, wish.members, wish.admins)


def tidy_worlds() -> st.SearchStrategy[World]:
    """Every room wanted, nobody a stranger, nobody out of reach."""
    actual = by_some(FEW_KEYS, wishes().map(as_it_is))
    return st.builds(
        lambda desired, found: World(desired, {key: room for key, room in found.items() if key in desired}),
        by_some(FEW_KEYS, wishes()),
        actual,
    )


def enrollments(units: Sequence[int]) -> st.SearchStrategy[tuple[Enrollment, ...]]:
    choices = [
        Enrollment(unit, person, role, primary)
        for unit in units
        for person in PEOPLE
        for role, primary in (
            (EnrollmentRole.STUDENT, False),
            (EnrollmentRole.TEACHER, False),
            (EnrollmentRole.TEACHER, True),
        )
    ]
    return st.lists(st.sampled_from(choices), max_size=8).map(tuple)


def years() -> st.SearchStrategy[SchoolYear]:
    people = some(PEOPLE[:4])
    return st.builds(
        SchoolYear,
        organization=st.just(1),
        name=st.just("Школа"),
        year=st.just(2027),
        classes=st.just({unit: SchoolClass(title, title) for unit, title in CLASSES.items()}),
        groups=st.just({unit: Group(title, 1, subject, title) for unit, (title, subject) in GROUPS.items()}),
        teachers=people,
        in_classes=enrollments(tuple(CLASSES)),
        in_groups=enrollments(tuple(GROUPS)),
        guardians=by_some(PEOPLE, people),
    )


def hand_seats() -> st.SearchStrategy[HandSeats]:
    people = some(PEOPLE[2:6])
    return st.builds(HandSeats, people, people)


def schools() -> st.SearchStrategy[School]:
    """Two classes and two groups bear one name; accounts may be of nobody here any more."""
    accounts = tuple(f"v{person}" for person in PEOPLE)
    room = rooms((*accounts, *FORMER))
    known = st.builds(KnownChat, TITLES, st.booleans(), st.none() | room, st.sampled_from(["", "", "", "room_gone"]))
    return st.builds(
        School,
        year=years(),
        accounts=some(PEOPLE).map(lambda linked: {one: f"v{one}" for one in sorted(linked)}),
        known=by_some(KEYS, known),
        by_hand=by_some(KEYS, hand_seats()),
        taken=some(SAID),
    )


def connections() -> st.SearchStrategy[Capabilities]:
    flags = ("create_chat", "rename", "add_member", "invite_link", "remove_member", "set_role", "delete_chat")
    return st.builds(Capabilities, **dict.fromkeys(flags, st.booleans()), title_limit=st.integers(30, 200))


def operations() -> st.SearchStrategy[Operation]:
    chat, title, member = st.sampled_from(KEYS), TITLES, st.sampled_from(MEMBERS)
    by_member = [st.builds(kind, chat, member) for kind in (AddMember, InviteMember, RemoveMember)]
    by_title = [st.builds(kind, chat, title) for kind in (CreateChat, RenameChat)]
    return st.one_of(
        *by_title, *by_member, st.builds(SetRole, chat, member, st.booleans()), st.builds(ArchiveChat, chat)
    )
