"""Who is to be given a code for the first sign-in, in the order in which the slips are handed out: staff, then class by class,
everybody beside his family."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from peremena.core.roster import EnrollmentRole
from peremena.core.titles import natural_key
from peremena.school.models import Enrollment, Guardianship, Organization, SchoolClass
from peremena.web.directory import Entry, Role, SignIn, current_classes, details, directory
from peremena.web.wording import people as words

STAFF, WITHOUT_CLASS = "Сотрудники", "Без класса"
WITHOUT_SIGN_IN = (SignIn.NONE, SignIn.EXPIRED)


class Whom(StrEnum):
    EVERYBODY = "everybody"
    STAFF = "staff"
    CLASS = "class"
    PERSON = "person"


@dataclass(frozen=True)
class Wanted:
    """`again`: also those whose code is still good. Of one person nothing of that is asked: he is meant as he is."""

    whom: Whom = Whom.EVERYBODY
    school_class: SchoolClass | None = None
    person: int = 0
    pupils: bool = True
    parents: bool = True
    again: bool = False


@dataclass(frozen=True)
class Recipient:
    entry: Entry
    group: str
    role: str


class Place(NamedTuple):
    """Where somebody's slip lies: the class in the school's order, the pupil whose family he is of, pupils before parents."""

    order: int
    title: str
    pupil: str
    generation: int


def recipients(school: Organization, wanted: Wanted) -> list[Recipient]:
    """A fixed number of queries, however large the school."""
    chosen = [entry for entry in directory(school) if _is_meant(entry, wanted)]
    places = _places(school, wanted)
    if wanted.school_class:
        chosen = [entry for entry in chosen if entry.person in places]
    found = details(school, [entry.person for entry in chosen])
    nowhere = Place(10**6, WITHOUT_CLASS, "", 0)
    placed = []
    for entry in chosen:
        place = places.get(entry.person, nowhere)
        if _is_staff(entry) and not wanted.school_class:
            place = Place(-1, STAFF, "", 0)
        placed.append((place, entry))
    placed.sort(key=lambda pair: (pair[0].order, pair[0].pupil, pair[0].generation, pair[1].key, pair[1].person))
    return [Recipient(entry, place.title, words.roles(entry, found)) for place, entry in placed]


def fingerprint(people: Sequence[Recipient]) -> str:
    """Of what somebody has seen before he says «Выдать»: who they are and which codes will end."""
    seen = sorted((each.entry.person, each.entry.code or 0) for each in people)
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def _is_staff(entry: Entry) -> bool:
    return bool({Role.STAFF, Role.TEACHER} & entry.roles)


def _is_meant(entry: Entry, wanted: Wanted) -> bool:
    if wanted.whom is Whom.PERSON:
        return entry.person == wanted.person
    if entry.sign_in not in WITHOUT_SIGN_IN and not (wanted.again and entry.sign_in is SignIn.CODE):
        return False
    if wanted.whom is Whom.STAFF:
        return _is_staff(entry)
    if wanted.whom is Whom.CLASS:
        return (wanted.pupils and Role.PUPIL in entry.roles) or (wanted.parents and Role.PARENT in entry.roles)
    return True


def _places(school: Organization, wanted: Wanted) -> dict[int, Place]:
    """Of pupils and parents, in the class that is wanted, else in the first of theirs."""
    pupils: dict[int, Place] = {}
    studying = Enrollment.objects.filter(
        school_class__in=current_classes(school), role=EnrollmentRole.STUDENT, ended=None, person__ended=None
    )
    if wanted.school_class:
        studying = studying.filter(school_class=wanted.school_class)
    order: dict[int, int] = defaultdict(lambda: len(order))
    for person, family, given, unit, title in studying.order_by(
        "school_class__sort_key", "school_class", "pk"
    ).values_list("person", "person__family_name", "person__given_name", "school_class", "school_class__title"):
        pupils.setdefault(person, Place(order[unit], title, f"{natural_key(f'{family} {given}')} {person}", 0))
    places = dict(pupils) if wanted.pupils else {}
    if wanted.parents:
        guarding = Guardianship.objects.filter(ended=None, pupil__in=studying.values("person"))
        for guardian, pupil in guarding.order_by("pupil", "guardian").values_list("guardian", "pupil"):
            own = pupils[pupil]._replace(generation=1)
            places[guardian] = min(places.get(guardian, own), own)
    return places
