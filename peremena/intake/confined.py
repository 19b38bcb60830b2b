"""Inside one source a key alone decides, wherever a row stood before. Whoever may speak for one school only must not reach
another one by naming its keys: a file that would is refused as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from peremena.core.errors import UnusableInput
from peremena.intake.among import among_ids
from peremena.intake.preview import Preview
from peremena.school.models import (
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Organization,
    SchoolClass,
    Subject,
)

UNITS: dict[str, type[Subject] | type[SchoolClass] | type[Group]] = {
    "subjects": Subject,
    "classes": SchoolClass,
    "groups": Group,
}


def refuse_beyond(preview: Preview, school: Organization) -> None:
    """UnusableInput where applying would change anything that is not this school's alone."""
    if found := next(_beyond(preview, school), None):
        raise UnusableInput(
            f"Файл изменил бы не только школу «{school.name}»: {found}. Выгрузите список одной этой школы; общий список "
            "нескольких организаций загружает оператор на сервере: peremena roster ФАЙЛ --apply."
        )


def _beyond(preview: Preview, school: Organization) -> Iterator[str]:
    """What would change outside, one kind after the other."""
    if _organizations(preview, school):
        yield "в нём другие организации или другое место школы среди них"
    if any(_units(preview, school, kind) for kind in UNITS):
        yield "в нём классы, группы или предметы другой организации"
    if _employments(preview, school):
        yield "в нём сотрудники другой организации"
    if _enrollments(preview, school):
        yield "в нём зачисления другой школы"
    if _people(preview, school):
        yield "в нём люди, которые есть и в другой школе или которых в этой не было"


def _organizations(preview: Preview, school: Organization) -> bool:
    (own,) = preview.wanted.schools
    compared, known = preview.compared["organizations"], preview.known.organizations
    _, _, above = preview.wanted.organizations[own]
    moved = above in known and known[above].id != school.parent_id
    return moved or bool({*compared.new, *compared.changed} - {own})


def _units(preview: Preview, school: Organization, kind: str) -> bool:
    (own,) = preview.wanted.schools
    says, compared = getattr(preview.wanted, kind), preview.compared[kind]
    if any(says[key][2] != own for key in (*compared.new, *compared.changed)):
        return True
    rows = UNITS[kind].objects.filter(pk__in=among_ids(_touched(preview, kind)))
    return rows.exclude(organization=school).exists()


def _touched(preview: Preview, kind: str) -> list[int]:
    """Ids of rows that are there and would not stay as they are."""
    compared, known = preview.compared[kind], getattr(preview.known, kind)
    return [known[key].id for key in (*compared.changed, *compared.gone)]


def _employments(preview: Preview, school: Organization) -> bool:
    (own,) = preview.wanted.schools
    compared = preview.compared["employments"]
    return any(organization != own for _, organization, _ in (*compared.new, *compared.changed, *compared.gone))


def _enrollments(preview: Preview, school: Organization) -> bool:
    """New ones are into units of the file, which are the school's."""
    rows = Enrollment.objects.filter(pk__in=among_ids(_touched(preview, "enrollments")))
    return rows.exclude(_in_units(school)).exists()


def _in_units(school: Organization) -> Q:
    """Of any year, ended or not. By id: a join that finds nothing must not answer for the other one."""
    classes, groups = SchoolClass.objects.filter(organization=school), Group.objects.filter(organization=school)
    return Q(school_class__in=classes.values("pk")) | Q(group__in=groups.values("pk"))


def _people(preview: Preview, school: Organization) -> bool:
    """People whose names, sign-ins or families would change, and who are not this school's alone."""
    known = preview.known.people
    families = preview.compared["guardianships"]
    pairs = (*families.new, *families.changed, *families.gone)
    pupils = {known[pupil].id for pupil, _ in pairs if pupil in known}
    touched = set(_touched(preview, "people")) | pupils
    if not touched:
        return False
    held = _held(
        touched, Employment.objects.exclude(organization=school), Enrollment.objects.exclude(_in_units(school))
    )
    if held:
        return True
    here = _tied(touched, Employment.objects.filter(organization=school), Enrollment.objects.filter(_in_units(school)))
    return bool(touched - here)


def _held(people: Iterable[int], employed: QuerySet[Any], enrolled: QuerySet[Any]) -> set[int]:
    """Those with a tie in force among the given ones."""
    return _tied(people, employed.filter(ended=None), enrolled.filter(ended=None))


def _tied(people: Iterable[int], employed: QuerySet[Any], enrolled: QuerySet[Any]) -> set[int]:
    among = among_ids(people)
    wards = Guardianship.objects.filter(guardian__in=among, pupil__in=enrolled.order_by().values("person"))
    found = set(employed.filter(person__in=among).values_list("person", flat=True))
    found |= set(enrolled.filter(person__in=among).values_list("person", flat=True))
    found |= set(wards.values_list("guardian", flat=True))
    return found
