"""Invented Russian names: surnames and patronymics that agree with sex.

The lists are ours, of ordinary names, so that the same seed gives the same school with any version of any library."""

from __future__ import annotations

import re
from enum import StrEnum
from random import Random
from typing import NamedTuple

from peremena.server.demo_school import word_lists


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"


class Generation(StrEnum):
    YOUNG = "young"
    GROWN = "grown"


class FullName(NamedTuple):
    """`middle` is the patronymic, "" where the family has none."""

    family: str
    given: str
    middle: str

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


class Line(NamedTuple):
    """What children have from their father: his surname in its male form and his given name ("" = no patronymics)."""

    surname: str
    father: str


SURNAMES = tuple(word_lists.SURNAMES.split())
GIVEN = {
    (Sex.MALE, Generation.YOUNG): tuple(word_lists.BOYS.split()),
    (Sex.MALE, Generation.GROWN): tuple(word_lists.MEN.split()),
    (Sex.FEMALE, Generation.YOUNG): tuple(word_lists.GIRLS.split()),
    (Sex.FEMALE, Generation.GROWN): tuple(word_lists.WOMEN.split()),
}

_INDECLINABLE = re.compile(r"(ко|[иы]х)$")
_ADJECTIVE = re.compile(r"([ыо]й|ий)$")
_IRREGULAR = {
    "Илья": ("Ильич", "Ильинична"),
    "Лев": ("Львович", "Львовна"),
    "Лука": ("Лукич", "Лукинична"),
    "Михаил": ("Михайлович", "Михайловна"),
    "Никита": ("Никитич", "Никитична"),
    "Павел": ("Павлович", "Павловна"),
    "Пётр": ("Петрович", "Петровна"),
    "Яков": ("Яковлевич", "Яковлевна"),
}
_CONSONANT = "бвгджзклмнпрстфхцчшщ"


def surname(male: str, sex: Sex) -> str:
    """The surname's form for the sex: Иванов → Иванова, Высоцкий → Высоцкая; each half of a double surname by itself."""
    if "-" in male:
        return "-".join(surname(half, sex) for half in male.split("-"))
    if sex is Sex.MALE or _INDECLINABLE.search(male):
        return male
    if _ADJECTIVE.search(male):
        return male[:-2] + "ая"
    return male + "а"


def patronymic(father: str, sex: Sex) -> str:
    """The patronymic of a child of a father with that given name: Юрий → Юрьевич, Дмитрий → Дмитриевна."""
    if father in _IRREGULAR:
        return _IRREGULAR[father][sex is Sex.FEMALE]
    if father.endswith("ий"):
        cluster = father[-3] in _CONSONANT and father[-4] in _CONSONANT
        stem = father[:-2] + ("и" if cluster else "ь") + "ев"
    elif father[-1] in "йь":
        stem = father[:-1] + "ев"
    else:
        stem = father + "ов"
    return stem + ("на" if sex is Sex.FEMALE else "ич")


def draw_line(random: Random) -> Line:
    """A family line: one in 25 has a double surname, one in 50 no patronymics."""
    chosen = random.choice(SURNAMES)
    if random.random() < 1 / 25:
        other = random.choice([name for name in SURNAMES if name != chosen])
        chosen = f"{chosen}-{other}"
    father = "" if random.random() < 1 / 50 else random.choice(GIVEN[Sex.MALE, Generation.GROWN])
    return Line(chosen, father)


def draw_name(
    random: Random, line: Line, sex: Sex, generation: Generation, taken: frozenset[str] = frozenset()
) -> FullName:
    """A person of that line; `taken` are given names of brothers and sisters."""
    given = random.choice([name for name in GIVEN[sex, generation] if name not in taken])
    middle = patronymic(line.father, sex) if line.father else ""
    return FullName(surname(line.surname, sex), given, middle)
