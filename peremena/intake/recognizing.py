"""People whom the source names for the first time, but whom a strong id tells to be somebody we know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field

from peremena.core.matching import Known
from peremena.intake.among import among_ids, among_keys
from peremena.intake.wanted import Wanted
from peremena.school.credentials import digest
from peremena.school.models import Person, PersonKey, Source


@dataclass(frozen=True, slots=True)
class Recognized:
    """`people`: key in the file → whom we know. `contested` keys bear a strong id of somebody they cannot be, or of several
    people: they stay separate, and a person decides."""

    people: dict[str, Known] = field(default_factory=dict)
    contested: frozenset[str] = frozenset()


def recognize(wanted: Wanted, known: Container[str], source: Source | None) -> Recognized:
    """Inside one source the key alone decides, so a person that the source names already is nobody else's namesake in it."""
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, ids in wanted.strong_ids.items():
        if key not in known:
            for scheme, value in ids:
                bearers[scheme, digest(scheme, value)].add(key)
    if not bearers:
        return Recognized()
    candidates: dict[str, set[int]] = defaultdict(set)
    claims: dict[int, set[str]] = defaultdict(set)
    written = PersonKey.objects.filter(source=None, key__in=among_keys(key for _, key in bearers))
    for scheme, key_digest, person in written.values_list("scheme", "key", "person"):
        for key in bearers.get((scheme, key_digest), ()):
            candidates[key].add(person)
            claims[person].add(key)
    here = PersonKey.objects.filter(source=source, person__in=among_ids(claims)) if source else PersonKey.objects.none()
    named = set(here.values_list("person", flat=True))
    sure = {
        key: person
        for key, (person, *others) in ((key, tuple(found)) for key, found in candidates.items())
        if not others and len(claims[person]) == 1 and person not in named
    }
    rows = {row.pk: row for row in Person.objects.filter(pk__in=among_ids(sure.values()))}
    return Recognized(
        {key: _as_known(rows[person]) for key, person in sure.items()}, frozenset(candidates.keys() - sure.keys())
    )


def _as_known(person: Person) -> Known:
    names = (person.family_name, person.given_name, person.middle_name)
    return Known(person.pk, None if person.ended else names)
