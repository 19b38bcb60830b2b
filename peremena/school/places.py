"""Who may have a place in which chat, told by ties alone: more than the rules in `core.rules` say, never less. For whoever has to
find what to look at again when somebody comes, or which chats may be somebody's own."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from peremena.core.operations import ChatKind
from peremena.core.roster import TEACHING, EnrollmentRole
from peremena.school.models import Chat, Employment, Enrollment, Guardianship, Organization, Seat


def chats_of(people: Collection[int]) -> QuerySet[Chat]:
    """Lists and no subqueries: each of the ways has an index of its own."""
    employed = Employment.objects.filter(person__in=people, ended=None, position=TEACHING)
    enrolled = Enrollment.objects.filter(person__in=people, ended=None).values_list("school_class", "group")
    wards = Guardianship.objects.filter(guardian__in=people, ended=None)
    theirs = Enrollment.objects.filter(person__in=wards.values("pupil"), ended=None, group=None)
    pinned = Seat.objects.filter(person__in=people, layer=Seat.PINNED)
    units = list(enrolled)
    return Chat.objects.filter(
        Q(organization__in=list(employed.values_list("organization", flat=True)), kind=ChatKind.TEACHERS)
        | Q(school_class__in=[unit for unit, _ in units if unit])
        | Q(group__in=[group for _, group in units if group])
        | Q(school_class__in=list(theirs.values_list("school_class", flat=True)), kind=ChatKind.PARENTS)
        | Q(pk__in=list(pinned.values_list("chat", flat=True))),
        archived_at=None,
    )


def people_of(chats: Collection[int]) -> set[int]:
    found = list(Chat.objects.filter(pk__in=chats).values_list("kind", "organization", "school_class", "group"))
    schools = [school for kind, school, _, _ in found if kind == ChatKind.TEACHERS]
    classes = [unit for _, _, unit, _ in found if unit]
    groups = [group for *_, group in found if group]
    enrolled = Enrollment.objects.filter(Q(school_class__in=classes) | Q(group__in=groups), ended=None)
    pupils = Enrollment.objects.filter(school_class__in=classes, ended=None).values("person")
    return {
        *enrolled.values_list("person", flat=True),
        *Guardianship.objects.filter(pupil__in=pupils, ended=None).values_list("guardian", flat=True),
        *Employment.objects.filter(organization__in=schools, ended=None).values_list("person", flat=True),
        *Seat.objects.filter(chat__in=chats, layer=Seat.PINNED).values_list("person", flat=True),
    }


def schools_of(person: int) -> QuerySet[Organization]:
    """Schools that the person has to do with now: he works or studies there, or his child does."""
    ties = Enrollment.objects.filter(ended=None)
    wards = Guardianship.objects.filter(guardian=person, ended=None).values("pupil")
    enrolled = ties.filter(Q(person=person) | Q(person__in=wards)).values_list(
        "school_class__organization", "group__organization"
    )
    employed = Employment.objects.filter(person=person, ended=None).values_list("organization", flat=True)
    schools = {*employed, *(school for pair in enrolled for school in pair if school)}
    return Organization.objects.filter(pk__in=schools)


def chats_worked_in(person: int) -> QuerySet[Chat]:
    """Chats in which the person has a place by his work, in the schools where he works."""
    schools = list(Employment.objects.filter(person=person, ended=None).values_list("organization", "position"))
    taught = Enrollment.objects.filter(person=person, ended=None, role=EnrollmentRole.TEACHER)
    units = list(taught.values_list("school_class", "group"))
    pinned = Seat.objects.filter(person=person, layer=Seat.PINNED).values_list("chat", flat=True)
    return Chat.objects.filter(
        Q(organization__in=[school for school, position in schools if position == TEACHING], kind=ChatKind.TEACHERS)
        | Q(school_class__in=[unit for unit, _ in units if unit])
        | Q(group__in=[group for _, group in units if group])
        | Q(pk__in=list(pinned)),
        organization__in=[school for school, _ in schools],
        archived_at=None,
    )
