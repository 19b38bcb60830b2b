"""Many schools with their chats, written straight into the tables: a region of a real size in a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole, OrganizationKind
from peremena.core.titles import natural_key
from peremena.school.changes import insert, new_ids
from peremena.school.credentials import seal
from peremena.school.models import (
    AcademicYear,
    Chat,
    Connection,
    Enrollment,
    Group,
    Membership,
    Organization,
    Person,
    Room,
    SchoolClass,
    Source,
    Subject,
)
from peremena.sync.models import Run, Step

YEAR = 2027
GRADES, SUBJECTS = 11, 19  # a class and its parents, and every subject of it: 231 chats, and the teachers'
SEATS = 30  # in a chat
MANY, FEW = 25, 1  # people of a class and of a room: of a school that is looked at, of those that are only there
TITLES = (
    "Математика",
    "Русский язык",
    "Литература",
    "Физика",
    "Химия",
    "Биология",
    "История",
    "География",
    "Зелёный мир",
)

Unit = tuple[int, str]  # id and title of a class
Row = tuple[object, ...]


def schools_of_a_region(numbers: Iterable[int], *, people: int = FEW) -> None:
    """Schools with 232 chats each, a third of them not as they should be; `people` in a class are pupils with names."""
    with act("bench.region", actor=Actor.system("bench")):
        source, _ = Source.objects.get_or_create(code="bench")
        top, _ = Organization.objects.get_or_create(
            key="region", defaults={"name": "Область", "kind": OrganizationKind.REGION}
        )
        connection, _ = Connection.objects.get_or_create(
            organization=top,
            messenger="vk",
            defaults={"credential_kind": "user", "credential": seal("invented"), "account": "1"},
        )
        for number in numbers:
            _school(f"s{number}", f"Школа № {number}", connection, source, people)


def _school(key: str, name: str, connection: Connection, source: Source, people: int) -> None:
    school = Organization.objects.create(
        key=key, name=name, kind=OrganizationKind.SCHOOL, parent=connection.organization, active_year=YEAR
    )
    year = {"begins": date(YEAR - 1, 9, 1), "ends": date(YEAR, 8, 31)}
    AcademicYear.objects.create(organization=school, number=YEAR, **year)
    rows = list(_chats(school, _classes(school, source, people), source))
    ids = new_ids(Chat, len(rows))
    fields = ("organization", "year", "kind", "school_class", "group", "title", "sort_key", "title_kept", "wanted")
    figures = ("seats", "linked", "inside")
    insert(Chat, ("id", *fields, *figures), ((pk, *row) for pk, row in zip(ids, rows, strict=True)))
    _rooms(connection, ids, [str(row[5]) for row in rows], people)
    _run(school, connection, ids)


def _classes(school: Organization, source: Source, pupils: int) -> list[Unit]:
    """With their pupils."""
    titles = [f"{grade}А" for grade in range(1, GRADES + 1)]
    ids = new_ids(SchoolClass, GRADES)
    named = list(zip(ids, titles, strict=True))
    fields = ("id", "source", "source_key", "organization", "year", "title", "grade", "sort_key")
    rows = ((pk, source.pk, f"c{pk}", school.pk, YEAR, title, "", natural_key(title)) for pk, title in named)
    insert(SchoolClass, fields, rows)
    people = new_ids(Person, GRADES * pupils)
    person = ("id", "public_id", "family_name", "given_name", "middle_name")
    insert(Person, person, ((pk, f"b{pk}", "Иванова", "Анна", "") for pk in people))
    _enroll(source, [(pk, people[place * pupils :][:pupils]) for place, pk in enumerate(ids)], "school_class")
    return named


def _chats(school: Organization, classes: list[Unit], source: Source) -> Iterator[Row]:
    yield _chat(school, ChatKind.TEACHERS, None, None, f"{school.name} - Учительский чат", 0)
    for pk, title in classes:
        yield _chat(school, ChatKind.CLASS, pk, None, f"{school.name} - {title} - Чат класса", pk)
        yield _chat(school, ChatKind.PARENTS, pk, None, f"{school.name} - {title} - Родительский чат", pk + 1)
        people = list(Enrollment.objects.filter(school_class=pk).values_list("person", flat=True))
        subjects, groups = new_ids(Subject, SUBJECTS), new_ids(Group, SUBJECTS)
        names = [f"{TITLES[place % len(TITLES)]}" for place in range(SUBJECTS)]
        insert(
            Subject,
            ("id", "source", "source_key", "organization", "title", "code"),
            ((one, source.pk, f"s{one}", school.pk, name, "") for one, name in zip(subjects, names, strict=True)),
        )
        insert(
            Group,
            ("id", "source", "source_key", "organization", "year", "title", "subject", "sort_key"),
            (
                (one, source.pk, f"g{one}", school.pk, YEAR, f"{title} {name}", subject, "")
                for one, subject, name in zip(groups, subjects, names, strict=True)
            ),
        )
        _enroll(source, [(group, people) for group in groups], "group")
        for place, (group, name) in enumerate(zip(groups, names, strict=True)):
            full = f"{school.name} - {title} - {name} - группа {place}"
            yield _chat(school, ChatKind.SUBJECT, None, group, full, group)


def _chat(school: Organization, kind: ChatKind, unit: int | None, group: int | None, title: str, number: int) -> Row:
    """Every third lacks somebody."""
    linked = SEATS - number % 4
    inside = linked - 1 if number % 3 == 0 else linked
    return school.pk, YEAR, kind.value, unit, group, title, natural_key(title), False, True, SEATS, linked, inside


def _enroll(source: Source, rolls: list[tuple[int, list[int]]], unit: str) -> None:
    rows = (
        (source.pk, f"{unit}{pk}.{one}", one, pk, EnrollmentRole.STUDENT.value, False)
        for pk, roll in rolls
        for one in roll
    )
    insert(Enrollment, ("source", "source_key", "person", unit, "role", "primary"), rows)


def _rooms(connection: Connection, chats: list[int], titles: list[str], people: int) -> None:
    ids = new_ids(Room, len(chats))
    fields = ("id", "chat", "connection", "owner", "external_id", "title", "problem", "invite_link")
    named = zip(ids, chats, titles, strict=True)
    insert(Room, fields, ((pk, chat, connection.pk, "1", str(pk), title, "", b"") for pk, chat, title in named))
    rows = ((pk, str(member), _state(pk, member), True, False, "") for pk in ids for member in range(people))
    insert(Membership, ("room", "member", "state", "ours", "admin", "reason"), rows)


def _state(room: int, member: int) -> str:
    return Membership.REFUSED if (room + member) % 97 == 0 else Membership.IN


def _run(school: Organization, connection: Connection, chats: list[int]) -> None:
    """The sync that made them."""
    now = timezone.now()
    total = {"total": len(chats), "done": len(chats), "finished_at": now}
    run = Run.objects.create(
        organization=school, connection=connection, state=Run.DONE, plan={}, fingerprint="", actor="bench", **total
    )
    fields = ("run", "connection", "chat", "position", "operation", "data", "state", "attempts", "due_at", "reason")
    steps = enumerate(chats)
    rows = ((run.pk, connection.pk, pk, at, "create_chat", "{}", Step.DONE, 1, now, "") for at, pk in steps)
    insert(Step, fields, rows)
