"""What a Russian school teaches: subjects, their hours a week in each grade, and the groups that classes fall apart into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from random import Random
from typing import NamedTuple

from peremena.server.demo_school.families import HomeClass
from peremena.server.demo_school.names import Sex
from peremena.server.demo_school.people import Person

LAST_PRIMARY_GRADE = 4
PRIMARY = "primary"  # the department of those who teach their own class nearly everything
ELECTIVE_SHARE = 0.4


class Split(StrEnum):
    WHOLE = "whole"  # the class together
    HALVES = "halves"  # two halves by the alphabet
    SEXES = "sexes"  # girls and boys
    ACROSS = "across"  # those of two neighbouring classes who chose it


class Subject(NamedTuple):
    """`hours` has a digit for each grade: lessons a week."""

    code: str
    title: str
    department: str
    hours: str
    split: Split = Split.WHOLE


SUBJECTS = (
    Subject("russian", "Русский язык", "russian", "55554643322"),
    Subject("reading", "Литературное чтение", PRIMARY, "44440000000"),
    Subject("literature", "Литература", "russian", "00003322333"),
    Subject("english", "Английский язык", "english", "02223333333", Split.HALVES),
    Subject("german", "Немецкий язык", "german", "00000022200", Split.ACROSS),
    Subject("mathematics", "Математика", "mathematics", "44445500000"),
    Subject("algebra", "Алгебра", "mathematics", "00000033333"),
    Subject("geometry", "Геометрия", "mathematics", "00000022222"),
    Subject("statistics", "Вероятность и статистика", "mathematics", "00000011111"),
    Subject("problems", "Практикум по математике", "mathematics", "00000000011", Split.ACROSS),
    Subject("informatics", "Информатика", "informatics", "00000011111", Split.HALVES),
    Subject("world", "Окружающий мир", PRIMARY, "22220000000"),
    Subject("history", "История", "history", "00002222222"),
    Subject("society", "Обществознание", "history", "00000111122"),
    Subject("geography", "География", "geography", "00001122211"),
    Subject("physics", "Физика", "physics", "00000022322"),
    Subject("chemistry", "Химия", "chemistry", "00000002211"),
    Subject("biology", "Биология", "biology", "00001112211"),
    Subject("religions", "Основы религиозных культур и светской этики", PRIMARY, "00010000000"),
    Subject("art", "Изобразительное искусство", "art", "11111110000"),
    Subject("music", "Музыка", "music", "11111111000"),
    Subject("crafts", "Труд (технология)", "crafts", "11112221100", Split.SEXES),
    Subject("sport", "Физическая культура", "sport", "22222222222"),
    Subject("safety", "Основы безопасности и защиты Родины", "safety", "00000001111"),
)
SPECIALISTS_IN_PRIMARY = frozenset({"english", "music", "sport"})


class Group(NamedTuple):
    """Pupils who are taught a subject together; `homes` are the keys of their classes, `part` tells halves of a class apart."""

    key: str
    title: str
    subject: Subject
    grade: int
    homes: tuple[str, ...]
    part: int
    pupils: tuple[str, ...]

    @property
    def hours(self) -> int:
        """Lessons a week."""
        return int(self.subject.hours[self.grade - 1])

    @property
    def department(self) -> str:
        """Whose teachers take it: in the first four grades nearly everything is the class teacher's."""
        if self.grade <= LAST_PRIMARY_GRADE and self.subject.department not in SPECIALISTS_IN_PRIMARY:
            return PRIMARY
        return self.subject.department


def form_groups(random: Random, homes: Sequence[HomeClass], rolls: Mapping[str, Sequence[Person]]) -> tuple[Group, ...]:
    """The groups of a school; `rolls` are the pupils of each class in the order of the register."""
    formed: list[Group] = []
    for grade, parallel in groupby(homes, lambda home: home.grade):
        classes = list(parallel)
        for subject in SUBJECTS:
            if subject.hours[grade - 1] == "0":
                continue
            if subject.split is Split.ACROSS:
                formed += _across(random, subject, classes, rolls)
            else:
                formed += [group for home in classes for group in _within(subject, home, rolls[home.key])]
    return tuple(formed)


def _within(subject: Subject, home: HomeClass, roll: Sequence[Person]) -> Iterator[Group]:
    portions = _portions(_split_of(subject, home.grade), roll)
    for part, portion in enumerate(portions, start=1):
        suffix = f", группа {part}" if len(portions) > 1 else ""
        yield Group(
            key=f"group{home.key.removeprefix('class')}-{subject.code}-{part}",
            title=f"{home.title} {subject.title}{suffix}",
            subject=subject,
            grade=home.grade,
            homes=(home.key,),
            part=part,
            pupils=tuple(pupil.key for pupil in portion),
        )


def _split_of(subject: Subject, grade: int) -> Split:
    """Small children do crafts together."""
    return Split.WHOLE if subject.split is Split.SEXES and grade <= LAST_PRIMARY_GRADE else subject.split


def _portions(split: Split, roll: Sequence[Person]) -> list[Sequence[Person]]:
    if split is Split.HALVES:
        middle = (len(roll) + 1) // 2
        portions = [roll[:middle], roll[middle:]]
    elif split is Split.SEXES:
        portions = [[pupil for pupil in roll if pupil.sex is sex] for sex in Sex]
    else:
        portions = [roll]
    return [portion for portion in portions if portion]


def _across(
    random: Random, subject: Subject, classes: Sequence[HomeClass], rolls: Mapping[str, Sequence[Person]]
) -> Iterator[Group]:
    for number, start in enumerate(range(0, len(classes), 2), start=1):
        pair = classes[start : start + 2]
        chosen = [pupil.key for home in pair for pupil in rolls[home.key] if random.random() < ELECTIVE_SHARE]
        if not chosen:
            continue
        letters = "".join(home.title.removeprefix(str(home.grade)) for home in pair)
        yield Group(
            key=f"group-{pair[0].grade:02}-{subject.code}-{number}",
            title=f"{pair[0].grade}{letters} {subject.title}",
            subject=subject,
            grade=pair[0].grade,
            homes=tuple(home.key for home in pair),
            part=1,
            pupils=tuple(chosen),
        )
