"""The demo school as one value, put together from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random

from peremena.server.demo_school.curriculum import Group, form_groups
from peremena.server.demo_school.families import HomeClass, settle
from peremena.server.demo_school.oneroster import package
from peremena.server.demo_school.people import Person
from peremena.server.demo_school.register import (
    Guardians,
    register_guardians,
    register_pupils,
    register_staff,
    teachers_with_children,
)
from peremena.server.demo_school.sign_ins import SandboxUser, choose_linked, choose_roles, sandbox_users
from peremena.server.demo_school.staff import Staff, hire

SIZES = range(22, 29)  # pupils in a class


@dataclass(frozen=True, slots=True)
class DemoSchool:
    """All keys are the sourcedIds of the package.

    `year` is the calendar year in which the school year ends. `roles`: sign-in → person (the operator is nobody in the
    roster). `sandbox`: whom the messenger's stand-in knows at the start; the linked are among them."""

    year: int
    people: Mapping[str, Person]
    homes: tuple[HomeClass, ...]
    rolls: Mapping[str, tuple[Person, ...]]  # class → its pupils by the alphabet
    groups: tuple[Group, ...]
    staff: Staff
    guardians: Guardians
    roles: Mapping[str, str]
    linked: frozenset[str]
    sandbox: Mapping[str, SandboxUser]

    def write(self, path: Path) -> None:
        """Writes the OneRoster 1.2 bulk package: the same bytes for the same school."""
        path.write_bytes(package(self))


def generate(
    *, seed: int = 2026, year: int = 2027, parallels: Sequence[int] = range(1, 12), letters: str = "АБ"
) -> DemoSchool:
    """An invented Russian school with a class of each letter in each parallel; the same arguments give the same school.

    Parallels must lie at least two years apart, or nobody could have a brother or a sister in another class."""
    if max(parallels) - min(parallels) < 2:
        raise ValueError("the demo school needs parallels at least two years apart")

    def stream(subject: str) -> Random:
        """A stream of its own for each subject: a change in one does not shuffle the others."""
        return Random(f"{seed} {subject}")  # noqa: S311  it invents people and guards nothing

    homes = _homes(stream("classes"), sorted(parallels), letters)
    families = settle(stream("families"), homes, year)
    pupils = register_pupils(homes, families)
    groups = form_groups(stream("groups"), homes, pupils.rolls)
    staff = hire(homes, groups)
    mothers = teachers_with_children(stream("mothers"), families, staff.class_teachers)
    guardians = register_guardians(families, pupils, mothers)
    employees = register_staff(
        stream("staff"), staff, year, {key: mother for i, key in mothers.items() if (mother := families[i].mother())}
    )
    everybody = [*employees, *(pupil for roll in pupils.rolls.values() for pupil in roll), *guardians.people]
    people = {person.key: person for person in everybody}
    roles = choose_roles(homes, pupils, guardians, staff)
    linked = choose_linked(stream("linked"), people, roles)
    return DemoSchool(
        year=year,
        people=people,
        homes=homes,
        rolls=pupils.rolls,
        groups=groups,
        staff=staff,
        guardians=guardians,
        roles=roles,
        linked=linked,
        sandbox=sandbox_users(people, roles, linked),
    )


def _homes(random: Random, parallels: Sequence[int], letters: str) -> tuple[HomeClass, ...]:
    titles = [(grade, number, letter) for grade in parallels for number, letter in enumerate(letters, start=1)]
    sizes = list(islice(cycle(SIZES), len(titles)))  # the sizes are shuffled, their sum is not left to chance
    random.shuffle(sizes)
    return tuple(
        HomeClass(f"class-{grade:02}-{number}", f"{grade}{letter}", grade, size)
        for (grade, number, letter), size in zip(titles, sizes, strict=True)
    )
