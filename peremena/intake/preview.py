"""What an import would change, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peremena.core.errors import UnusableInput
from peremena.core.matching import Comparison, comparable_name, compare, namesakes
from peremena.core.roster import OrganizationKind, RosterFile
from peremena.intake.known import KnownRoster, known
from peremena.intake.wanted import Wanted, wanted
from peremena.school.models import Organization

# The kinds of the `roster` JSON, and the attribute that holds each.
KINDS = {
    "schools": "organizations",
    "classes": "classes",
    "groups": "groups",
    "subjects": "subjects",
    "people": "people",
    "enrollments": "enrollments",
    "guardianships": "guardianships",
}


@dataclass(frozen=True, slots=True)
class Preview:
    """`compared` is keyed by the attributes of Wanted. `year` is the school year that becomes active."""

    wanted: Wanted
    known: KnownRoster
    compared: dict[str, Comparison[Any]]
    year: int | None

    def changes(self) -> dict[str, dict[str, int]]:
        return {kind: self.compared[attribute].counts() for kind, attribute in KINDS.items()}

    @property
    def fingerprint(self) -> str:
        """Equal for equal changes."""
        found = hashlib.sha256(f"{self.wanted.source} {self.year}".encode())
        for kind, comparison in sorted(self.compared.items()):
            for keys in (comparison.new, comparison.changed, comparison.gone):
                found.update(f"{kind}:{sorted(map(str, keys))}".encode())
        return found.hexdigest()


def preview(roster: RosterFile, *, school: Organization | None = None, year: int | None = None) -> Preview:
    """Compare the file with the database. `school` says which of ours the file's only school is; `year` overrides the file's
    latest school year. UnusableInput where that cannot be."""
    says = wanted(roster)
    if school is not None and sum(values[1] == OrganizationKind.SCHOOL for values in says.organizations.values()) != 1:
        raise UnusableInput(
            "--school: в файле не одна школа, поэтому нельзя сказать, какая из них эта; уберите --school."
        )
    if year is not None and says.years and year not in says.years:
        years = ", ".join(map(str, sorted(says.years)))
        raise UnusableInput(f"--year {year}: в файле нет такого учебного года; есть: {years}.")
    ours = known(says, school)
    return Preview(says, ours, _compared(says, ours), year or max(says.years, default=None))


def _compared(says: Wanted, ours: KnownRoster) -> dict[str, Comparison[Any]]:
    compared: dict[str, Comparison[Any]] = {}
    for attribute in (*KINDS.values(), "employments"):
        known_rows = getattr(ours, attribute)
        stays = _stays(attribute, says, ours) if attribute in says.spoken_of else known_rows.keys()
        compared[attribute] = compare(getattr(says, attribute), known_rows, stays=stays)
    people = compared["people"]
    new = ((key, comparable_name(*says.people[key][:3])) for key in people.new)
    people.doubtful.extend(namesakes(new, ours.names))
    return compared


def _stays(attribute: str, says: Wanted, ours: KnownRoster) -> Collection[Any]:
    if attribute == "organizations":
        return ours.organizations.keys()  # a school that a file does not name is not closed by that
    if attribute == "people":
        return ours.elsewhere
    if attribute == "guardianships":
        return {pair for pair in ours.guardianships if pair[0] not in says.people and pair[0] in ours.elsewhere}
    return ()
