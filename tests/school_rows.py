"""Invented schools as rows, for tests that need some. Every function writes, so call it inside `writing()`."""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager
from functools import cache
from itertools import count
from uuid import UUID

from django.contrib.auth.hashers import make_password

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole, OrganizationKind
from peremena.core.titles import natural_key
from peremena.school.credentials import seal
from peremena.school.models import (
    AcademicYear,
    Account,
    Chat,
    Connection,
    Employment,
    Enrollment,
    Grant,
    Group,
    Guardianship,
    Organization,
    Person,
    Room,
    SchoolClass,
    Source,
    Subject,
)

YEAR = 2027
PASSWORD = "five-invented-words"
NUMBERS = count(1)


def writing() -> AbstractContextManager[UUID]:
    return act("tests.rows", actor=Actor.system("tests"))


def source() -> Source:
    return Source.objects.get_or_create(code="tests")[0]


def region(key: str, parent: Organization | None = None) -> Organization:
    return Organization.objects.create(key=key, name=key, kind=OrganizationKind.REGION, parent=parent)


def school(key: str, name: str = "Демо школа", parent: Organization | None = None) -> Organization:
    """A school in its active year, without anything in it."""
    found = Organization.objects.create(
        key=key, name=name, kind=OrganizationKind.SCHOOL, parent=parent, active_year=YEAR
    )
    AcademicYear.objects.create(
        organization=found, number=YEAR, begins=datetime.date(YEAR - 1, 9, 1), ends=datetime.date(YEAR, 8, 31)
    )
    return found


def connection(organization: Organization, kind: str = "user") -> Connection:
    return Connection.objects.create(
        organization=organization, messenger="vk", credential_kind=kind, credential=seal("invented"), account="1"
    )


def school_class(school: Organization, title: str) -> SchoolClass:
    return SchoolClass.objects.create(
        source=source(),
        source_key=f"class-{next(NUMBERS)}",
        organization=school,
        year=YEAR,
        title=title,
        sort_key=natural_key(title),
    )


def group(school: Organization, subject: str, title: str) -> Group:
    taught = Subject.objects.create(
        source=source(), source_key=f"subject-{next(NUMBERS)}", organization=school, title=subject
    )
    return Group.objects.create(
        source=source(),
        source_key=f"group-{next(NUMBERS)}",
        organization=school,
        year=YEAR,
        title=title,
        subject=taught,
        sort_key=natural_key(title),
    )


def person(family_name: str = "Иванова", *, linked: bool = False, user: User | None = None) -> Person:
    number = next(NUMBERS)
    found = Person.objects.create(public_id=f"p{number}", family_name=family_name, given_name="Анна", user=user)
    if linked:
        Account.objects.create(person=found, messenger="vk", external_id=str(100_000 + number))
    return found


def user(name: str) -> User:
    """An account that signs in with PASSWORD."""
    return User.objects.create(username=name, password=hashed())


@cache
def hashed() -> str:
    """Once: hashing is slow on purpose."""
    return make_password(PASSWORD)


def granted(name: str, role: str, organization: Organization | None) -> User:
    found = user(name)
    Grant.objects.create(user=found, role=role, organization=organization)
    return found


def employ(person: Person, school: Organization, position: str = "teacher") -> None:
    Employment.objects.create(source=source(), person=person, organization=school, position=position)


def enroll(person: Person, unit: SchoolClass | Group, role: EnrollmentRole = EnrollmentRole.STUDENT) -> None:
    where = {"school_class": unit} if isinstance(unit, SchoolClass) else {"group": unit}
    Enrollment.objects.create(source=source(), source_key=f"e{next(NUMBERS)}", person=person, role=role, **where)


def guard(pupil: Person, guardian: Person) -> None:
    Guardianship.objects.create(source=source(), pupil=pupil, guardian=guardian)


def chat(
    school: Organization,
    kind: ChatKind,
    title: str,
    *,
    unit: SchoolClass | Group | None = None,
    linked: int = 0,
    inside: int = 0,
) -> Chat:
    return Chat.objects.create(
        organization=school,
        year=YEAR,
        kind=kind,
        school_class=unit if isinstance(unit, SchoolClass) else None,
        group=unit if isinstance(unit, Group) else None,
        title=title,
        sort_key=natural_key(title),
        seats=linked,
        linked=linked,
        inside=inside,
    )


def room(chat: Chat, connection: Connection, *, title: str = "", problem: str = "") -> Room:
    """The chat's room, of the same title if no other is given."""
    return Room.objects.create(
        chat=chat,
        connection=connection,
        owner="1",
        external_id=str(2_000_000_000 + chat.pk),
        title=title or chat.title,
        problem=problem,
    )


def small_school(key: str, name: str = "Демо школа", parent: Organization | None = None) -> Organization:
    """Class 1А: two pupils, a mother and a teacher, all linked; mathematics for both pupils. Plans four chats."""
    found = school(key, name, parent)
    first = school_class(found, "1А")
    maths = group(found, "Математика", "1А математика")
    teacher = person("Петрова", linked=True)
    employ(teacher, found)
    for unit in (first, maths):
        enroll(teacher, unit, EnrollmentRole.TEACHER)
    for family_name in ("Сидорова", "Кузнецова"):
        pupil = person(family_name, linked=True)
        enroll(pupil, first)
        enroll(pupil, maths)
        guard(pupil, person(family_name, linked=True))
    return found
