"""Everything a plan is made of is read at once, and as it stands on one day."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.core.rules import HandSeats
from peremena.core.state import ActualRoom, KnownChat
from peremena.school.models import (
    Account,
    Chat,
    Connection,
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Membership,
    Organization,
    Person,
    Room,
    SchoolClass,
    Seat,
)
from peremena.school.snapshot import clamped, load
from tests import school_rows as rows

DAY = datetime.date(2026, 11, 21)
pytestmark = pytest.mark.django_db


def schools(count: int) -> tuple[list[Organization], Connection]:
    with rows.writing():
        region = rows.region("region")
        connection = rows.connection(region)
        found = [rows.small_school(f"school-{number}", parent=region) for number in range(count)]
        for school in found:
            chat = rows.chat(school, ChatKind.CLASS, school.key, unit=SchoolClass.objects.get(organization=school))
            room = Room.objects.create(
                chat=chat, connection=connection, owner="1", external_id=str(chat.pk), title=school.key
            )
            Membership.objects.create(room=room, member="7", state=Membership.IN, ours=True)
            person = Person.objects.filter(employments__organization=school).earliest("pk")
            Seat.objects.create(chat=chat, person=person, layer=Seat.PINNED)
    return found, connection


def statements(organizations: list[Organization], connection: Connection) -> int:
    with CaptureQueriesContext(database) as captured:
        assert set(load(organizations, connection, DAY)) == {school.pk for school in organizations}
    return len(captured)


def test_twenty_schools_are_read_with_as_many_queries_as_one() -> None:
    found, connection = schools(20)
    assert (statements(found[:1], connection), statements(found, connection)) == (11, 11)


def test_each_school_gets_its_own_and_nothing_of_another() -> None:
    found, connection = schools(2)
    together = load(found, connection, DAY)
    for school in found:
        alone = load([school], connection, DAY)[school.pk]
        own = together[school.pk]
        assert (own.year, own.known, own.by_hand) == (alone.year, alone.known, alone.by_hand)
        assert alone.accounts.items() <= own.accounts.items()


def test_a_school_is_read_as_values() -> None:
    (school,), connection = schools(1)
    found = load([school], connection, DAY)[school.pk]
    school_class, group = SchoolClass.objects.get(), Group.objects.get()
    teacher = Employment.objects.get().person_id
    pupils = set(Enrollment.objects.filter(role="student").values_list("person", flat=True))
    assert (found.year.organization, found.year.name, found.year.year) == (school.pk, "Демо школа", rows.YEAR)
    assert {pk: each.title for pk, each in found.year.classes.items()} == {school_class.pk: "1А"}
    assert {pk: each.subject_title for pk, each in found.year.groups.items()} == {group.pk: "Математика"}
    assert found.year.teachers == {teacher}
    for unit, enrollments in ((school_class.pk, found.year.in_classes), (group.pk, found.year.in_groups)):
        assert {(row.unit, row.person, row.role) for row in enrollments} == {
            (unit, teacher, EnrollmentRole.TEACHER),
            *((unit, pupil, EnrollmentRole.STUDENT) for pupil in pupils),
        }
    assert found.year.guardians == {each.pupil_id: frozenset({each.guardian_id}) for each in Guardianship.objects.all()}
    assert found.accounts == dict(Account.objects.values_list("person", "external_id"))
    key = ChatKey(school.pk, rows.YEAR, ChatKind.CLASS, school_class.pk)
    room = ActualRoom("school-0", members=frozenset("7"), ours=frozenset("7"))
    assert (found.known, found.by_hand) == (
        {key: KnownChat("school-0", room=room)},
        {key: HandSeats(pinned=frozenset({teacher}))},
    )


@pytest.mark.parametrize(
    ("window", "is_in_force"),
    [
        ({}, True),
        ({"begins": "2026-11-21", "ends": "2026-11-21"}, True),
        ({"begins": "2026-11-22"}, False),
        ({"ends": "2026-11-20"}, False),
        ({"ended": "2026-11-21"}, False),
        ({"ended": "2030-01-01"}, False),
    ],
    ids=["always", "just today", "from tomorrow", "until yesterday", "ended", "ended, whenever"],
)
@pytest.mark.parametrize("tie", [Employment, Enrollment, Guardianship])
def test_ties_count_from_their_first_day_to_their_last(tie: Any, window: dict[str, str], is_in_force: bool) -> None:
    (school,), connection = schools(1)
    before = load([school], connection, DAY)[school.pk].year
    with rows.writing():
        tie.objects.update(**window)
    year = load([school], connection, DAY)[school.pk].year
    read = {
        Employment: (year.teachers, before.teachers),
        Enrollment: (set(year.in_classes), set(before.in_classes)),  # in the order that the database likes
        Guardianship: (year.guardians, before.guardians),
    }
    now, then = read[tie]
    assert now == (then if is_in_force else type(then)())


def test_who_has_left_us_is_nowhere() -> None:
    (school,), connection = schools(1)
    with rows.writing():
        Person.objects.update(ended="2026-11-01")
    found = load([school], connection, DAY)[school.pk]
    assert (found.year.teachers, found.year.in_classes, found.year.in_groups, found.accounts) == (
        frozenset(),
        (),
        (),
        {},
    )


@pytest.mark.parametrize(("until", "counts"), [(None, True), ("2026-11-21", True), ("2026-11-20", False)])
def test_a_seat_by_hand_counts_until_its_last_day(until: str | None, counts: bool) -> None:
    (school,), connection = schools(1)
    with rows.writing():
        Seat.objects.update(until=until)
    assert bool(load([school], connection, DAY)[school.pk].by_hand) is counts


def test_units_of_another_year_are_not_read() -> None:
    (school,), connection = schools(1)
    with rows.writing():
        SchoolClass.objects.update(year=rows.YEAR - 1)
    year = load([school], connection, DAY)[school.pk].year
    assert (year.classes, year.in_classes, len(year.groups)) == ({}, (), 1)


@pytest.mark.parametrize(
    ("external_id", "problem", "expected"),
    [
        ("", "", KnownChat("school-0")),
        ("", "several_rooms", KnownChat("school-0", problem="several_rooms")),
        (
            "5",
            "room_gone",
            KnownChat("school-0", room=ActualRoom("school-0", frozenset("7"), frozenset("7")), problem="room_gone"),
        ),
    ],
    ids=["an intent is no room", "an unclear one is a problem", "a room that is gone is one too"],
)
def test_a_room_is_read_with_what_is_wrong_with_it(external_id: str, problem: str, expected: KnownChat) -> None:
    (school,), connection = schools(1)
    Room.objects.update(external_id=external_id, problem=problem)
    assert list(load([school], connection, DAY)[school.pk].known.values()) == [expected]


def test_a_chat_is_known_by_the_same_key_everywhere() -> None:
    (school,), connection = schools(1)
    with rows.writing():
        rows.chat(school, ChatKind.CUSTOM, "Поход")
        rows.chat(school, ChatKind.SUBJECT, "Математика", unit=Group.objects.get())
    assert set(load([school], connection, DAY)[school.pk].known) == {chat.chat_key for chat in Chat.objects.all()}


def test_accounts_of_who_is_still_in_a_room_of_ours_are_known_though_he_has_no_tie() -> None:
    (school,), connection = schools(1)
    with rows.writing():
        stranger = rows.person("Чужая")
        Account.objects.create(person=stranger, messenger="vk", external_id="7")
    assert load([school], connection, DAY)[school.pk].accounts[stranger.pk] == "7"


def test_without_a_connection_nobody_is_linked_and_no_chat_has_a_room() -> None:
    (school,), _ = schools(1)
    found = load([school], None, DAY)[school.pk]
    assert (found.accounts, [chat.room for chat in found.known.values()]) == ({}, [None])


@pytest.mark.parametrize(
    ("day", "seen_as"),
    [("2026-11-21", "2026-11-21"), ("2026-08-01", "2026-09-01"), ("2027-10-01", "2027-08-31")],
    ids=["in the year", "before it begins", "after its end"],
)
def test_a_day_is_moved_into_the_active_year(day: str, seen_as: str) -> None:
    with rows.writing():
        school = rows.school("demo")
    assert clamped(datetime.date.fromisoformat(day), school) == datetime.date.fromisoformat(seen_as)


def test_without_a_year_a_day_stays_what_it_is() -> None:
    with rows.writing():
        region = rows.region("region")
    assert clamped(DAY, region) == DAY
