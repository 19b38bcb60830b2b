"""Writing a preview down: people come, move and leave; nothing is deleted."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from django.db import connection, models, transaction

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.titles import natural_key
from peremena.intake.among import among_ids, among_keys
from peremena.intake.concerned import follow
from peremena.intake.organizations import write_organizations, write_years
from peremena.intake.preview import Preview
from peremena.school.activation import void
from peremena.school.changes import end, insert, new_ids, rewrite
from peremena.school.credentials import digest
from peremena.school.models import (
    Employment,
    Enrollment,
    Group,
    Guardianship,
    Person,
    PersonKey,
    SchoolClass,
    Source,
    Subject,
)

IMPORTS = 0x726F73746572  # the advisory lock under which rosters are taken in
SORT_KEY = 400  # characters of a sort key's column


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """A transaction in which no other import runs: what a preview made inside has seen is still so when it is applied."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [IMPORTS])
        yield


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
        context = Context(preview, source, {"organizations": write_organizations(preview, source)}, on)
        write_years(preview, context.ids["organizations"])
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
        follow(preview, context.ids["organizations"])


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
    rewrite(model, (*fields, "ended"), ((ids[key], *shape(context, key, rows[key]), None) for key in compared.changed))
    end(model, (ids[key] for key in compared.gone), context.on)


def _subject(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, code, organization = values
    return title, code, context.ids["organizations"][organization]


def _school_class(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, grade, organization, year = values
    return title, grade, context.ids["organizations"][organization], year, natural_key(title)[:SORT_KEY]


def _group(context: Context, key: str, values: Any) -> tuple[Any, ...]:
    title, subject, organization, year = values
    ids = context.ids
    return title, ids["subjects"][subject], ids["organizations"][organization], year, natural_key(title)[:SORT_KEY]


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
    rows = ((ids[key], secrets.token_hex(8), *says.people[key]) for key in compared.new)
    insert(Person, ("id", "public_id", *names), rows)
    rewrite(Person, (*names, "ended"), ((ids[key], *says.people[key], None) for key in compared.changed))
    end(Person, (ids[key] for key in compared.gone), context.on)
    keys = [(context.source.pk, "", key, ids[key]) for key in (*compared.new, *context.preview.known.recognized.people)]
    insert(PersonKey, ("source", "scheme", "key", "person"), keys)
    insert(PersonKey, ("source", "scheme", "key", "person"), _strong_ids(context, ids))


def _strong_ids(context: Context, ids: dict[str, int]) -> Iterable[tuple[Any, ...]]:
    """Digests not written yet; the first person to bear one keeps it."""
    digests: dict[tuple[str, str], int] = {}
    for key, own in context.preview.wanted.strong_ids.items():
        for scheme, value in own:
            digests.setdefault((scheme, digest(scheme, value)), ids[key])
    written = PersonKey.objects.filter(source=None, key__in=among_keys(key for _, key in digests))
    known = set(written.values_list("scheme", "key"))
    return [(None, scheme, key, person) for (scheme, key), person in digests.items() if (scheme, key) not in known]


def _sign_ins(context: Context) -> None:
    """A sign-in closes with its person's leaving, his code with it, and opens with the return; others are not ours to touch."""
    compared, known = context.preview.compared["people"], context.preview.known.people
    gone = [known[key].id for key in compared.gone]
    back = [known[key].id for key in compared.changed if known[key].values is None]
    User.objects.filter(person__in=among_ids(gone), is_active=True).update(is_active=False)
    void(Person.objects.filter(pk__in=among_ids(gone)))
    User.objects.filter(person__in=among_ids(back), is_active=False).update(is_active=True)
