"""Figures over whole schools, as one question each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from peremena.school.models import Chat, Employment, Enrollment, Guardianship, Organization


def chat_sums(among: Sequence[Organization] | None = None) -> dict[int, dict[str, int]]:
    """School → {chats, seats, linked, inside} of its wanted chats; `among` None = of all schools."""
    chats = Chat.objects.filter(wanted=True, archived_at=None).order_by()
    if among is not None:
        chats = chats.filter(organization__in=among)
    rows = chats.values("organization").annotate(
        chats=Count("pk"), all_seats=Sum("seats"), all_linked=Sum("linked"), all_inside=Sum("inside")
    )
    return {
        row["organization"]: {
            "chats": row["chats"],
            "seats": row["all_seats"],
            "linked": row["all_linked"],
            "inside": row["all_inside"],
        }
        for row in rows
    }


def people_of(organizations: Any) -> dict[int, set[int]]:
    """School → everybody tied to it now: employed, enrolled, or guarding somebody enrolled."""
    found: dict[int, set[int]] = defaultdict(set)
    here = Q(ended=None, person__ended=None)
    employed = Employment.objects.filter(here, organization__in=organizations)
    for school, person in employed.values_list("organization", "person"):
        found[school].add(person)
    for unit in ("school_class", "group"):
        enrolled = Enrollment.objects.filter(here, **{f"{unit}__organization__in": organizations})
        for school, person in enrolled.values_list(f"{unit}__organization", "person"):
            found[school].add(person)
    wards = Guardianship.objects.filter(ended=None, guardian__ended=None)
    guardians: dict[int, set[int]] = defaultdict(set)
    for pupil, guardian in wards.values_list("pupil", "guardian"):
        guardians[pupil].add(guardian)
    for people in found.values():
        people.update(*(guardians[person] for person in list(people) if person in guardians))
    return found
