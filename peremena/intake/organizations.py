"""Writing down the organizations that a file names, where they stand, and the years they teach in."""

from __future__ import annotations

from collections.abc import Collection

from peremena.core.roster import OrganizationKind
from peremena.intake.among import among_ids
from peremena.intake.preview import Preview
from peremena.school.changes import new_ids, rewrite
from peremena.school.keys import free_key
from peremena.school.models import AcademicYear, Organization, OrganizationKey, Source


def write_organizations(preview: Preview, source: Source) -> dict[str, int]:
    """Our ids of the source's organizations, once those that the file names are written."""
    says = preview.wanted.organizations
    ids = {key: row.id for key, row in preview.known.organizations.items()}
    new = [key for key in says if key not in ids]
    ids |= dict(zip(new, new_ids(Organization, len(new)), strict=True))
    _make(preview, {key: ids[key] for key in new})
    _place(preview, ids)
    named = set(OrganizationKey.objects.filter(source=source).values_list("key", flat=True))
    OrganizationKey.objects.bulk_create(
        OrganizationKey(source=source, key=key, organization_id=ids[key]) for key in says if key not in named
    )
    return ids


def _make(preview: Preview, ids: dict[str, int]) -> None:
    taken = set(Organization.objects.values_list("key", flat=True))
    made = []
    for key, pk in ids.items():
        name, kind, _ = preview.wanted.organizations[key]
        made.append(Organization(pk=pk, key=free_key(name, taken), name=name, kind=kind))
        taken.add(made[-1].key)
    Organization.objects.bulk_create(made)


def _place(preview: Preview, ids: dict[str, int]) -> None:
    """Names, kinds and parents as the file has them."""
    says = preview.wanted.organizations
    rows = Organization.objects.in_bulk([ids[key] for key in says])
    root = _only_region(rows)
    changed = []
    for key, (name, kind, told) in says.items():
        row = rows[ids[key]]
        above = _above(row, ids[told] if told in says else None, ids.values(), root)
        if (row.name, row.kind, row.parent_id) != (name, kind, above):
            changed.append((row.pk, name, kind, above))
    rewrite(Organization, ("name", "kind", "parent"), changed)


def _above(row: Organization, told: int | None, of_source: Collection[int], root: int | None) -> int | None:
    """The parent: as told, unless a person has placed the organization under somebody whom the source does not know. A
    school that nobody has placed goes under the installation's region and inherits its connection."""
    if told is not None and (row.parent_id is None or row.parent_id in of_source):
        return told
    return row.parent_id or (root if row.kind == OrganizationKind.SCHOOL else None)


def _only_region(of_file: Collection[int]) -> int | None:
    """The installation's region, where there is just one."""
    regions = Organization.objects.filter(kind=OrganizationKind.REGION, parent=None).exclude(pk__in=of_file)
    found = list(regions.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def write_years(preview: Preview, ids: dict[str, int]) -> None:
    """The file's school years in each of its schools; the active one is set, never guessed from a date."""
    schools = [ids[key] for key in preview.wanted.schools]
    known = {
        (year.organization_id, year.number): year for year in AcademicYear.objects.filter(organization__in=schools)
    }
    new, changed = [], []
    for school in schools:
        for number, (begins, ends) in preview.wanted.years.items():
            year = known.get((school, number))
            if year is None:
                new.append(AcademicYear(organization_id=school, number=number, begins=begins, ends=ends))
            elif (year.begins, year.ends) != (begins, ends):
                changed.append((year.pk, begins, ends))
    AcademicYear.objects.bulk_create(new)
    rewrite(AcademicYear, ("begins", "ends"), changed)
    if preview.year is not None:
        in_file = Organization.objects.filter(pk__in=among_ids(schools))
        in_file.exclude(active_year=preview.year).update(active_year=preview.year)
