"""What an import would change, before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from peremena.core.errors import UnusableInput
from peremena.core.matching import Comparison, comparable_name, compare, namesakes
from peremena.core.roster import OrganizationKind, RosterFile
from peremena.intake.known import KnownRoster, known, names_elsewhere
from peremena.intake.wanted import Wanted, wanted
from peremena.school.models import Organization, OrganizationKey

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
        """Kind → {new, same, changed, gone, doubtful}. A change of a person's positions is a change of the person."""
        counts = {kind: self.compared[attribute].counts() for kind, attribute in KINDS.items()}
        moved = self._only_positions_change()
        counts["people"]["changed"] += moved
        counts["people"]["same"] -= moved
        return counts

    def _only_positions_change(self) -> int:
        people, positions = self.compared["people"], self.compared["employments"]
        touched = {person for person, _, _ in (*positions.new, *positions.changed, *positions.gone)}
        return len((touched & self.wanted.people.keys()) - {*people.new, *people.changed})

    @property
    def fingerprint(self) -> str:
        """Equal for equal changes."""
        found = hashlib.sha256(f"{self.wanted.source} {self.year}".encode())
        for kind, comparison in sorted(self.compared.items()):
            says = getattr(self.wanted, kind)
            for keys in (comparison.new, comparison.changed):
                found.update(f"{kind}:{sorted(f'{key}={says[key]}' for key in keys)}".encode())
            found.update(f"{kind}:{sorted(map(str, comparison.gone))}".encode())
        return found.hexdigest()


def preview(roster: RosterFile, *, school: Organization | None = None, year: int | None = None) -> Preview:
    """Compare the file with the database. `school` says which of ours the file's only school is; `year` overrides the file's
    latest school year. UnusableInput where that cannot be."""
    if roster.mode == "delta":
        raise UnusableInput("Файл вида «delta» (только изменения) пока не принимается; выгрузите полный список (bulk).")
    says = wanted(roster)
    if school is not None:
        _refuse_another_school(school, says)
    if year is not None and year not in says.years:
        years = ", ".join(map(str, sorted(says.years))) or "ни одного"
        raise UnusableInput(f"--year {year}: в файле нет такого учебного года; есть: {years}.")
    ours = known(says, school)
    return Preview(says, ours, _compared(says, ours), year or max(says.years, default=None))


def _refuse_another_school(school: Organization, says: Wanted) -> None:
    """A school and a source call each other by one name, once and for all."""
    if school.kind != OrganizationKind.SCHOOL:
        raise UnusableInput(f"--school {school.key}: это не школа, а «{school.get_kind_display()}»; назовите школу.")
    if len(says.schools) != 1:
        raise UnusableInput(
            "--school: в файле не одна школа, поэтому нельзя сказать, какая из них эта; уберите --school."
        )
    (key,) = says.schools
    named = OrganizationKey.objects.filter(source__code=says.source)
    if other := named.filter(key=key).exclude(organization=school).select_related("organization").first():
        raise UnusableInput(
            f"--school {school.key}: школа этого файла уже загружена как «{other.organization.key}»; "
            "уберите --school или назовите её."
        )
    if named.filter(organization=school).exclude(key=key).exists():
        raise UnusableInput(
            f"--school {school.key}: этот источник уже называет её по-другому, а в файле другая школа; уберите --school."
        )


def _compared(says: Wanted, ours: KnownRoster) -> dict[str, Comparison[Any]]:
    compared: dict[str, Comparison[Any]] = {}
    for attribute in (*KINDS.values(), "employments"):
        known_rows = getattr(ours, attribute)
        stays = _stays(attribute, says, ours) if attribute in says.spoken_of else known_rows.keys()
        compared[attribute] = compare(getattr(says, attribute), known_rows, stays=stays)
    return compared | {"people": replace(compared["people"], doubtful=_doubtful(compared["people"].new, says, ours))}


def _stays(attribute: str, says: Wanted, ours: KnownRoster) -> Collection[Any]:
    if attribute == "organizations":
        return ours.organizations.keys()  # a school that a file does not name is not closed by that
    if attribute == "people":
        return ours.elsewhere
    if attribute == "subjects":
        return {key for key, row in ours.subjects.items() if row.values and row.values[2] in ours.shared}
    if attribute == "employments":
        return {key for key in ours.employments if key[1] in ours.shared and key[0] not in says.people}
    if attribute == "guardianships":
        return {pair for pair in ours.guardianships if pair[0] in ours.elsewhere}
    return ()


def _doubtful(new: list[str], says: Wanted, ours: KnownRoster) -> list[str]:
    """New people who may be somebody we know: a namesake from another source, or a strong id that proves nothing."""
    if not new:
        return []
    names = names_elsewhere(ours.source)
    alike = set(namesakes(((key, comparable_name(*says.people[key])) for key in new), names))
    return [key for key in new if key in alike or key in ours.recognized.contested]
