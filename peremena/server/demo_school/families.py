"""Families and their children: who lives with whom, and in which class each child studies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from peremena.server.demo_school.names import FullName, Generation, Line, Sex, draw_line, draw_name

# Families per hundred pupils: of twins, of two children in different classes, of three children.
TWINS, SIBLINGS, THREES = 1.1, 11.0, 0.6
# Who looks after the children, by share of families.
HOUSEHOLDS = {"both": 72, "mother": 21, "father": 3, "grandmother": 2, "nobody": 2}
MAIDEN_NAME_KEPT = 0.2
# A Dagestani family: no line of the list above has names this long.
LONG_LINE = Line("Абдурахманов-Магомедов", "Магомедрасул")
LONG_GIVEN = {Sex.FEMALE: "Патимат-Загра", Sex.MALE: "Абдулмуталим"}


class HomeClass(NamedTuple):
    """A class and how many children it takes."""

    key: str
    title: str
    grade: int
    size: int


class Adult(NamedTuple):
    """`role` is OneRoster's: parent, or guardian for one who is not."""

    name: FullName
    sex: Sex
    birth_date: date
    role: str


class Child(NamedTuple):
    name: FullName
    sex: Sex
    birth_date: date
    home: str  # key of the class


@dataclass(frozen=True, slots=True)
class Family:
    adults: tuple[Adult, ...]
    children: tuple[Child, ...]

    def mother(self) -> Adult | None:
        return next((adult for adult in self.adults if adult.sex is Sex.FEMALE and adult.role == "parent"), None)


class Seats:
    """Free places in the classes, taken one at a time in a drawn order."""

    def __init__(self, random: Random, homes: Sequence[HomeClass]) -> None:
        self._free = [home for home in homes for _ in range(home.size)]
        random.shuffle(self._free)

    def __len__(self) -> int:
        return len(self._free)

    def take(self) -> HomeClass:
        return self._free.pop()

    def take_same(self, home: HomeClass) -> HomeClass | None:
        if home not in self._free:
            return None
        self._free.remove(home)
        return home

    def take_apart(self, home: HomeClass) -> HomeClass | None:
        """A seat at least two years above or below that class, so that the birthdays stay possible."""
        for index, other in enumerate(self._free):
            if abs(home.grade - other.grade) >= 2:
                return self._free.pop(index)
        return None


def settle(random: Random, homes: Sequence[HomeClass], year: int) -> tuple[Family, ...]:
    """Fills every seat of the classes with children of invented families; `year` is the one in which the school year ends."""
    seats = Seats(random, homes)
    families = [_family(random, places, year, draw_line(random)) for places in _brothers_and_sisters(seats)]
    families.append(_family(random, [seats.take()], year, LONG_LINE))
    while len(seats) > 1:
        families.append(_family(random, [seats.take()], year, draw_line(random)))
    families.append(_namesakes(random, families, seats.take(), year))
    random.shuffle(families)
    return tuple(families)


def _brothers_and_sisters(seats: Seats) -> Iterator[list[HomeClass]]:
    """The seats of each family with more than one child; of three children two are twins."""
    hundreds = len(seats) / 100
    kinds = (
        (THREES, (seats.take_same, seats.take_apart)),
        (TWINS, (seats.take_same,)),
        (SIBLINGS, (seats.take_apart,)),
    )
    for per_hundred, others in kinds:
        for _ in range(max(1, round(per_hundred * hundreds))):
            first = seats.take()
            yield [first, *filter(None, [take(first) for take in others])]


def _family(random: Random, places: Sequence[HomeClass], year: int, line: Line) -> Family:
    born: dict[str, date] = {}  # twins share the class, hence the day
    children: list[Child] = []
    for place in places:
        day = born.setdefault(place.key, _birthday(random, place.grade, year))
        sex = random.choice(list(Sex))
        taken = frozenset(child.name.given for child in children)
        name = draw_name(random, line, sex, Generation.YOUNG, taken)
        if line is LONG_LINE:
            name = name._replace(given=LONG_GIVEN[sex])
        children.append(Child(name, sex, day, place.key))
    eldest = min(child.birth_date for child in children)
    # Brothers and sisters always have both parents: what they show is that an adult of several children is one person.
    household = "both" if len(children) > 1 else random.choices(list(HOUSEHOLDS), list(HOUSEHOLDS.values()))[0]
    return Family(_adults(random, line, eldest, household), tuple(children))


def _namesakes(random: Random, families: Sequence[Family], place: HomeClass, year: int) -> Family:
    """An unrelated family whose only child has the full name of a pupil of another class."""
    known = next(
        family.children[0]
        for family in families
        if len(family.children) == 1 and family.children[0].home != place.key and family.children[0].name.middle
    )
    child = Child(known.name, known.sex, _birthday(random, place.grade, year), place.key)
    mother = draw_name(random, draw_line(random), Sex.FEMALE, Generation.GROWN)
    if known.sex is Sex.FEMALE:
        mother = mother._replace(family=known.name.family)
    return Family((Adult(mother, Sex.FEMALE, _older(random, child.birth_date, 21, 36), "parent"),), (child,))


def _adults(random: Random, line: Line, eldest: date, household: str) -> tuple[Adult, ...]:
    father = Adult(_father(random, line), Sex.MALE, _older(random, eldest, 23, 40), "parent")
    mother = Adult(_woman(random, line), Sex.FEMALE, _older(random, eldest, 21, 36), "parent")
    grandmother = Adult(_woman(random, line), Sex.FEMALE, _older(random, eldest, 46, 60), "guardian")
    return {
        "both": (mother, father),
        "mother": (mother,),
        "father": (father,),
        "grandmother": (grandmother,),
        "nobody": (),
    }[household]


def _father(random: Random, line: Line) -> FullName:
    own = Line(line.surname, draw_line(random).father if line.father else "")
    name = draw_name(random, own, Sex.MALE, Generation.GROWN)
    return name._replace(given=line.father) if line.father else name


def _woman(random: Random, line: Line) -> FullName:
    """By marriage of the line's surname, or of her own; her patronymic is her own father's."""
    own = draw_line(random)
    kept = random.random() < MAIDEN_NAME_KEPT
    return draw_name(random, own if kept else Line(line.surname, own.father), Sex.FEMALE, Generation.GROWN)


def _birthday(random: Random, grade: int, year: int) -> date:
    """Seven years old in the calendar year in which the first grade begins, give or take half a year."""
    return date(year - 7 - grade, 1, 1) + timedelta(days=random.randrange(365))


def _older(random: Random, child: date, least: int, most: int) -> date:
    return child - timedelta(days=random.randrange(least * 365, most * 365))
