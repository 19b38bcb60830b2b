"""Writing a preview down: people come, move and leave; nothing is deleted."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import models

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.roster import OrganizationKind
from peremena.core.titles import natural_key
from peremena.intake.preview import Preview
from peremena.school.changes import end, insert, new_ids, rewrite
from peremena.school.credentials import digest
from peremena.school.keys import free_key
from peremena.school.models import (
    AcademicYear,
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Organization,
    OrganizationKey,
    Person,
    PersonKey,
    SchoolClass,
    Source,
    Subject,
)


class Context(NamedTuple):
    """What every part needs: the comparison, our ids by kind and key, and the day."""

    preview: Preview
    source: Source
    ids: dict[str, dict[Any, int]]
    on: date


def apply(preview: Preview, *, actor: Actor, on: date) -> None:
    """Write all of it in one act. `on` is the day from which the file speaks: the end of whatever is gone."""
    with act("roster.apply", actor=actor, fingerprint=preview.fingerprint):
        source, _ = Source.objects.get_or_create(code=preview.wanted.source)
        context = Context(preview, source, {}, on)
        _organizations(context)
        _years(context)
        _table(context, Subject, "subjects", ("title", "code", "organization"), _subject)
        _table(context, SchoolClass, "classes", ("title", "grade", "organization", "year", "sort_key"), _school_class)
        _table(context, Group, "groups", ("title", "subject", "organization", "year", "sort_key"), _group)
        _people(context)
        _table(
            context, Employment, "employments", ("person", "organization", "position", "begins", "ends"), _employment
        )
        fields = ("school_class", "group", "person", "role", "primary", "begins", "ends")
        _table(context, Enrollment, "enrollments", fields, _enrollment)
        _table(context, Guardianship, "guardianships", ("pupil", "guardian"), _guardianship)
        _sign_ins(context)


def _organizations(context: Context) -> None:
    says, ours = context.preview.wanted.organizations, context.preview.known.organizations
    ids = context.ids["organizations"] = {key: row.id for key, row in ours.items()}
    written = set(OrganizationKey.objects.filter(source=context.source).values_list("key", flat=True))
    taken = set(Organization.objects.values_list("key", flat=True))
    for key, (name, kind, _) in says.items():
        if key not in ids:
            slug = free_key(name, taken)
            taken.add(slug)
            ids[key] = Organization.objects.create(key=slug, name=name, kind=kind).pk
        else:
            Organization.objects.filter(pk=ids[key]).exclude(name=name, kind=kind).update(name=name, kind=kind)
        if key not in written:
            OrganizationKey.objects.create(source=context.source, key=key, organization_id=ids[key])
    root = _only_region(set(ids.values()))
    for key, (_, kind, parent) in says.items():
        above = ids.get(parent) or (root if kind == OrganizationKind.SCHOOL else None)
        if above is not None and above != ids[key]:
            Organization.objects.filter(pk=ids[key]).exclude(parent=above).update(parent=above)


def _only_region(of_file: set[int]) -> int | None:
    """A school without a parent goes under the installation's region where there is just one, and inherits its connection."""
    regions = Organization.objects.filter(kind=OrganizationKind.REGION, parent=None).exclude(pk__in=of_file)
    found = list(regions.values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _years(context: Context) -> None:
    says, year = context.preview.wanted, context.preview.year
    for key, (_, kind, _) in says.organizations.items():
        if kind != OrganizationKind.SCHOOL:
            continue
        pk = context.ids["organizations"][key]
        for number, (begins, ends) in says.years.items():
            AcademicYear.objects.update_or_create(
                organization_id=pk, number=number, defaults={"begins": begins, "ends": ends}
            )
        if year is not None:
            Organization.objects.filter(pk=pk).exclude(active_year=year).update(active_year=year)


def _table(context: Context, model: type[models.Model], kind: str, fields: tuple[str, ...], shape: Any) -> None:
    """One table of one kind: new rows by COPY, changed and returning ones rewritten, gone ones ended."""
    compared, rows = context.preview.compared[kind], getattr(context.preview.wanted, kind)
    known = getattr(context.preview.known, kind)
    ids = context.ids[kind] = {key: row.id for key, row in known.items()}
    ids |= dict(zip(compared.new, new_ids(model, len(compared.new)), strict=True))
    own_key = [field.name for field in model._meta.local_fields if field.name == "source_key"]
    insert(
        model,
        ("id", "source", *own_key, *fields),
        (
            (ids[key], context.source.pk, *([key] if own_key else []), *shape(context, key, rows[key]))
            for key in compared.new
        ),
    )
    changed = ((ids[key], *shape(context, key, rows[key]), None) for key in compared.changed)
    rewrite(model, (*fields, "ended"), changed)
    if compared.gone:
        end(model, (ids[key] for key in compared.gone), context.on)


def _subject(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, code, organization = values
    return title, code, context.ids["organizations"][organization]


def _school_class(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, grade, organization, year = values
    return title, grade, context.ids["organizations"][organization], year, natural_key(title)


def _group(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, subject, organization, year = values
    ids = context.ids
    return title, ids["subjects"][subject], ids["organizations"][organization], year, natural_key(title)


def _employment(context: Context, key: tuple[str, str, str], values: Any) -> tuple[Any, ...]:
    person, organization, position = key
    return context.ids["people"][person], context.ids["organizations"][organization], position, *values


def _enrollment(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    unit, person, role, primary, begins, ends = values
    ids = context.ids
    return ids["classes"].get(unit), ids["groups"].get(unit), ids["people"][person], role, primary, begins, ends


def _guardianship(context: Context, key: tuple[str, str], values: Any) -> tuple[Any, ...]:
    pupil, guardian = key
    return context.ids["people"][pupil], context.ids["people"][guardian]


def _people(context: Context) -> None:
    compared, says = context.preview.compared["people"], context.preview.wanted
    ids = context.ids["people"] = {key: row.id for key, row in context.preview.known.people.items()}
    ids |= dict(zip(compared.new, new_ids(Person, len(compared.new)), strict=True))
    names = ("family_name", "given_name", "middle_name")
    rows = ((ids[key], secrets.token_hex(8), *says.people[key][:3]) for key in compared.new)
    insert(Person, ("id", "public_id", *names), rows)
    rewrite(Person, (*names, "ended"), ((ids[key], *says.people[key][:3], None) for key in compared.changed))
    end(Person, (ids[key] for key in compared.gone), context.on)
    keys = [(context.source.pk, "", key, ids[key]) for key in (*compared.new, *context.preview.known.recognized)]
    insert(PersonKey, ("source", "scheme", "key", "person"), keys)
    insert(PersonKey, ("source", "scheme", "key", "person"), _strong_ids(context, ids))


def _strong_ids(context: Context, ids: dict[str, int]) -> Iterable[tuple[Any, ...]]:
    """Digests not written yet; the first person to bear one keeps it."""
    strong = context.preview.wanted.strong_ids
    digests = {(scheme, digest(scheme, value)): ids[key] for key, own in strong.items() for scheme, value in own}
    there = PersonKey.objects.filter(source=None, key__in=[key for _, key in digests]).values_list("scheme", "key")
    known = set(there)
    return [(None, scheme, key, person) for (scheme, key), person in digests.items() if (scheme, key) not in known]


def _sign_ins(context: Context) -> None:
    """A sign-in closes with its person's leaving and opens with the return; others are not ours to touch."""
    compared, known = context.preview.compared["people"], context.preview.known.people
    gone = [known[key].id for key in compared.gone]
    back = [known[key].id for key in compared.changed if known[key].values is None]
    User.objects.filter(person__in=gone, is_active=True).update(is_active=False)
    User.objects.filter(person__in=back, is_active=False).update(is_active=True)
