"""Two small schools over one connection: what every schedule begins with. The first has its chats, the second does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from django.db import connection as database

from peremena.accounts.models import User
from peremena.core.roster import EnrollmentRole
from peremena.messengers.memory import Room, World
from peremena.school.models import (
    Account,
    Connection,
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Organization,
    Person,
    SchoolClass,
)
from tests import school_rows as rows
from tests.simulation.messenger import Witness

SEQUENCES = "select format('%I.%I', schemaname, sequencename), coalesce(last_value, 0) from pg_sequences order by 1"


class Tie(NamedTuple):
    """Anything a roster says and can take back: a row that ends or has not ended."""

    model: type
    pk: int


@dataclass
class Town:
    """What stands in the rows, for drawing from without asking the database. Ties → whether they are in force."""

    schools: list[Organization]
    connection: Connection
    users: list[User]
    people: list[int]
    units: list[SchoolClass | Group]
    ties: dict[Tie, bool] = field(default_factory=dict)
    accounts: dict[int, str] = field(default_factory=dict)  # of people who are linked
    seats: dict[tuple[int, int], str] = field(default_factory=dict)  # (chat, person) → layer
    profiles: int = 0  # how many have been invented

    def copy(self) -> Town:
        return replace(self, ties=dict(self.ties), accounts=dict(self.accounts), seats=dict(self.seats))


@dataclass
class Base:
    """The beginning of all schedules of one test."""

    town: Town
    rooms: dict[str, Room]
    witness: Witness
    names: list[str]
    sequences: list[tuple[str, int]]

    def world(self) -> World:
        rooms = {
            key: Room(room.title, room.owner, room.began, dict(room.members), set(room.left))
            for key, room in self.rooms.items()
        }
        world = World(clock=lambda: 0.0, accounts={"1", *self.town.accounts.values()}, rooms=rooms)
        for _ in rooms:
            next(world.numbers)
        return world

    def begin(self) -> Town:
        """The same numbers are given out again, so that a seed is the same seed wherever it runs."""
        with database.cursor() as cursor:
            cursor.execute(
                "select setval(name::regclass, greatest(value, 1), value > 0) from unnest(%s::text[], %s::bigint[]) "
                "as given (name, value)",
                [[name for name, _ in self.sequences], [value for _, value in self.sequences]],
            )
        for school, name in zip(self.town.schools, self.names, strict=True):
            school.name = name
        return self.town.copy()


def sequences() -> list[tuple[str, int]]:
    with database.cursor() as cursor:
        cursor.execute(SEQUENCES)
        return list(cursor.fetchall())


def build() -> Town:
    """The rows."""
    with rows.writing():
        region = rows.region("region")
        connection = rows.connection(region)
        first, second = rows.school("first", "Первая", region), rows.school("second", "Вторая", region)
        units: list[SchoolClass | Group] = [
            rows.school_class(first, "1А"),
            rows.school_class(first, "2Б"),
            rows.group(first, "Математика", "1А математика"),
            rows.school_class(second, "1А"),
        ]
        pupils = [rows.person(f"Ученик {number}", linked=number < 5) for number in range(6)]
        guardians = [rows.person(f"Родитель {number}", linked=number < 3) for number in range(4)]
        teachers = [rows.person(f"Учитель {number}", linked=True) for number in range(3)]
        spare = [rows.person("Запасной", linked=True)]
        for pupil, unit in zip(pupils, (0, 0, 0, 1, 3, 3), strict=True):
            rows.enroll(pupil, units[unit])
        for pupil in pupils[:2]:
            rows.enroll(pupil, units[2])
        for pupil, guardian in zip(pupils[1:5], guardians, strict=True):
            rows.guard(pupil, guardian)
        for teacher, school, taught in zip(teachers, (first, first, second), ((0, 2), (1,), (3,)), strict=True):
            rows.employ(teacher, school)
            for unit in taught:
                rows.enroll(teacher, units[unit], EnrollmentRole.TEACHER)
        users = [rows.user("operator"), rows.user("administrator")]
    people = [person.pk for person in (*pupils, *guardians, *teachers, *spare)]
    town = Town([first, second], connection, users, people, units)
    read_back(town)
    return town


def unsettle(town: Town) -> None:
    """The first school's chats are a little behind its roster: every sync has something to do."""
    pupil, newcomer, unit = town.people[0], town.people[5], town.units[0]
    with rows.writing():
        Enrollment.objects.filter(person=pupil, school_class=unit.pk).update(ended="2026-10-01")
        rows.enroll(Person.objects.get(pk=newcomer), unit)
        rows.guard(Person.objects.get(pk=town.people[1]), Person.objects.get(pk=town.people[9]))
    read_back(town)


def read_back(town: Town) -> None:
    for model in (Enrollment, Employment, Guardianship, SchoolClass, Group):
        ends = model.objects.order_by("pk").values_list("pk", "ended")
        town.ties |= {Tie(model, pk): ended is None for pk, ended in ends}
    town.accounts = dict(Account.objects.order_by("pk").values_list("person", "external_id"))
