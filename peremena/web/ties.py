"""What ties people to one school, in words: who somebody is when no rule tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from peremena.core.roster import TEACHING, EnrollmentRole
from peremena.school.models import Employment, Enrollment, Guardianship, Organization
from peremena.web.wording import members as words


class Tie(NamedTuple):
    """«ученик», «1А»: `detail` may be empty."""

    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.detail}".strip()


def ties_of(school: Organization, people: Collection[int]) -> dict[int, list[Tie]]:
    """Person → his ties that have not ended, each once; three queries for any number of people."""
    found: dict[int, dict[Tie, None]] = defaultdict(dict)
    if not people:
        return {}
    employed = Employment.objects.filter(person__in=people, organization=school, ended=None).order_by("pk")
    for person, position in employed.values_list("person", "position"):
        found[person][Tie(words.TEACHER if position == TEACHING else words.STAFF)] = None
    here = Q(school_class__organization=school) | Q(group__organization=school)
    enrolled = Enrollment.objects.filter(here, ended=None).annotate(
        title=Coalesce("school_class__title", "group__title")
    )
    # Classes before groups: who is in a class is told by it alone.
    pupils = enrolled.filter(role=EnrollmentRole.STUDENT).order_by(F("group").asc(nulls_first=True), "pk")
    placed: set[int] = set()
    rows: Iterable[tuple[int, int | None, str]] = pupils.filter(person__in=people).values_list(
        "person", "group", "title"
    )
    for person, group, title in rows:
        if group is None or person not in placed:
            found[person][Tie(words.PUPIL, title)] = None
            placed.add(person)
    wards = Guardianship.objects.filter(guardian__in=people, ended=None, pupil__enrollments__in=pupils).order_by("pk")
    for guardian, *name in wards.values_list("guardian", "pupil__family_name", "pupil__given_name"):
        found[guardian][Tie(words.PARENT, f"({' '.join(name)})")] = None
    return {person: list(ties) for person, ties in found.items()}
