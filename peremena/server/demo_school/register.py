"""The school's register: children, their adults and the staff become people with keys, each human being once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from peremena.server.demo_school.families import Adult, Child, Family, HomeClass
from peremena.server.demo_school.names import Generation, Sex, draw_line, draw_name
from peremena.server.demo_school.people import Person
from peremena.server.demo_school.staff import Employee, Staff

MEN = {"sport": 0.6, "crafts": 0.5, "safety": 1.0, "physics": 0.5, "informatics": 0.5, "geography": 0.3}  # share of men
MEN_ELSEWHERE = 0.1


@dataclass(frozen=True, slots=True)
class Pupils:
    """`family_of`: pupil → index of the family; `rolls`: class → its pupils by the alphabet."""

    rolls: Mapping[str, tuple[Person, ...]]
    family_of: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Guardians:
    """`of`: pupil → adults' keys; `roles`: adult → OneRoster's word; `people` are those who are not employees."""

    people: tuple[Person, ...]
    of: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, str]


def register_pupils(homes: Sequence[HomeClass], families: Sequence[Family]) -> Pupils:
    """Keys go by class, then by the alphabet, ё with е."""
    order = {home.key: index for index, home in enumerate(homes)}
    children: list[tuple[int, Child]] = [
        (index, child) for index, family in enumerate(families) for child in family.children
    ]
    children.sort(
        key=lambda entry: (order[entry[1].home], [part.replace("ё", "е") for part in entry[1].name], entry[0])
    )
    rolls: dict[str, tuple[Person, ...]] = {home.key: () for home in homes}
    family_of: dict[str, int] = {}
    for number, (index, child) in enumerate(children, start=1):
        pupil = Person(f"pupil-{number:04}", child.name, child.sex, child.birth_date)
        rolls[child.home] += (pupil,)
        family_of[pupil.key] = index
    return Pupils(rolls, family_of)


def teachers_with_children(
    random: Random, families: Sequence[Family], class_teachers: Mapping[str, str]
) -> dict[int, str]:
    """Two class teachers are mothers here: one of a pupil of her own class, one of a pupil of another class.

    Gives family's index → employee who is its mother."""
    own, other = random.sample(list(class_teachers), 2)
    with_mothers = [index for index, family in enumerate(families) if family.mother()]
    homes = {index: {child.home for child in families[index].children} for index in with_mothers}
    first = next(index for index in with_mothers if own in homes[index])
    second = next(index for index in with_mothers if index != first and other not in homes[index])
    return {first: class_teachers[own], second: class_teachers[other]}


def register_guardians(families: Sequence[Family], pupils: Pupils, mothers: Mapping[int, str]) -> Guardians:
    """`mothers`: family → the employee who is its mother and so has a key already."""
    keys: dict[int, tuple[str, ...]] = {}
    people: list[Person] = []
    roles: dict[str, str] = {}
    for index in dict.fromkeys(pupils.family_of.values()):
        family, of_family = families[index], []
        for adult in family.adults:
            if index in mothers and adult == family.mother():
                key = mothers[index]
            else:
                key = f"parent-{len(people) + 1:04}"
                people.append(Person(key, adult.name, adult.sex, adult.birth_date))
            roles[key] = adult.role
            of_family.append(key)
        keys[index] = tuple(of_family)
    return Guardians(tuple(people), {pupil: keys[index] for pupil, index in pupils.family_of.items()}, roles)


def register_staff(random: Random, staff: Staff, year: int, mothers: Mapping[str, Adult]) -> tuple[Person, ...]:
    """`mothers`: employee → the mother of a pupil that she is."""
    return tuple(
        Person(employee.key, mother.name, mother.sex, mother.birth_date)
        if (mother := mothers.get(employee.key))
        else _stranger(random, employee, year)
        for employee in staff.employees
    )


def _stranger(random: Random, employee: Employee, year: int) -> Person:
    share = MEN.get(employee.post.department, MEN_ELSEWHERE)
    sex = Sex.MALE if random.random() < share else Sex.FEMALE
    born = date(year - 66, 1, 1) + timedelta(days=random.randrange(42 * 365))  # 24 to 66 years old
    return Person(employee.key, draw_name(random, draw_line(random), sex, Generation.GROWN), sex, born)
