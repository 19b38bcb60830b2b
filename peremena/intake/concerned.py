"""Which organizations' chats an import may have changed: those whose name, units, staff, pupils or families are not as before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from peremena.intake.among import among_ids
from peremena.intake.preview import Preview
from peremena.jobs.names import FOLLOW_ROSTER
from peremena.jobs.queue import enqueue
from peremena.school.models import Chat, Organization

UNIT, ORGANIZATION = 0, 2  # places in the values of enrollments, and of classes and groups


def concerned(preview: Preview) -> set[str]:
    """Keys in the source."""
    units = {
        key: values[ORGANIZATION] for kind in ("classes", "groups") for key, values in _rows(preview, kind).items()
    }
    enrollments = _rows(preview, "enrollments")
    touched = {units[key] for kind in ("classes", "groups") for key in _touched(preview, kind) if key in units}
    touched |= {units[unit] for key in _touched(preview, "enrollments") if (unit := enrollments[key][UNIT]) in units}
    touched |= {organization for _, organization, _ in _touched(preview, "employments")}
    touched |= set(preview.compared["organizations"].changed)
    if wards := {pupil for pupil, _ in _touched(preview, "guardianships")}:
        homes: dict[str, set[str]] = defaultdict(set)
        for unit, person, *_ in enrollments.values():
            homes[person].add(unit)
        touched |= {units[unit] for pupil in wards for unit in homes[pupil] if unit in units}
    return touched


def _rows(preview: Preview, kind: str) -> Mapping[Any, tuple[Any, ...]]:
    """What was and what is said; the latter where both are."""
    said: dict[Any, tuple[Any, ...]] = getattr(preview.wanted, kind)
    return {key: row.values for key, row in getattr(preview.known, kind).items() if row.values is not None} | said


def _touched(preview: Preview, kind: str) -> Iterable[Any]:
    found = preview.compared[kind]
    return (*found.new, *found.changed, *found.gone)


def follow(preview: Preview, organizations: Mapping[str, int]) -> None:
    """Have the chats of these schools follow, where there are any, in the caller's transaction."""
    with_chats = Organization.objects.filter(
        Exists(Chat.objects.filter(organization=OuterRef("pk"))), pk__in=among_ids(organizations.values())
    )
    if not (there := set(with_chats.values_list("pk", flat=True))):
        return  # a first import: nothing has to be found out
    schools = there & {organizations[key] for key in concerned(preview) if key in organizations}
    Organization.objects.filter(pk__in=schools).update(roster_at=timezone.now())
    for school in sorted(schools):
        enqueue(FOLLOW_ROSTER, lock=f"roster:{school}", organization=school)
