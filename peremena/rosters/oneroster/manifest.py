"""manifest.csv: which version, which files and whether each is the whole (bulk) or changes only (delta)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, NoReturn

from peremena.core.errors import UnusableInput
from peremena.rosters.csv_text import CsvRows
from peremena.rosters.oneroster.schema import MANIFEST, catalogue
from peremena.rosters.package import Package
from peremena.rosters.problems import Report

MODES = ("absent", "bulk", "delta")
_HEADER = ["propertyName", "value"]
_LONGEST = 1_000  # rows; the standard has 25 properties
_VERSION = "oneroster.version"
_SYSTEM_CODE = "source.systemCode"
_UNDERSTOOD_VERSION = re.compile(r"\s*v?(1\.[12])(\.\d+)?\s*")
_SOURCE = ("source.systemName", _SYSTEM_CODE)

Opener = Callable[[], IO[bytes]]
Properties = Mapping[str, tuple[int, str]]  # name → row, value


@dataclass(frozen=True, slots=True)
class Manifest:
    """`modes` holds bulk or delta for each data file to be read; `system` is the maker's system code or ""."""

    modes: Mapping[str, str]
    system: str

    @property
    def mode(self) -> str:
        """One delta file makes the whole package speak of changes only."""
        return "delta" if "delta" in self.modes.values() else "bulk"


def locate(package: Package, names: tuple[str, ...]) -> dict[str, Opener]:
    """What opens each of `names` that is present, under any case."""
    by_case = {name.casefold(): name for name in package.files}
    found = {name: by_case[name.casefold()] for name in names if name.casefold() in by_case}
    return {name: package.files[name if name in package.files else present] for name, present in found.items()}


def version_of(package: Package) -> str | None:
    """ "1.1" or "1.2" as the manifest says it, None where it does not."""
    opener = locate(package, (MANIFEST,)).get(MANIFEST)
    if opener is None:
        return None
    try:
        properties = _properties(opener, Report(strict=False))
    except UnusableInput:
        return None  # `refuse_unrecognised` says why
    match = _UNDERSTOOD_VERSION.fullmatch(properties.get(_VERSION, (0, ""))[1])
    return match[1] if match else None


def refuse_unrecognised(package: Package, report: Report) -> NoReturn:
    """Say why this is not a OneRoster package that we can read."""
    opener = locate(package, (MANIFEST,)).get(MANIFEST)
    if opener is None:
        report.error("package.missing_manifest", MANIFEST)
        raise UnusableInput(
            "Нет файла manifest.csv: это не выгрузка OneRoster. "
            "Выгрузите списки в формате OneRoster CSV 1.1 или 1.2, без вложенных папок."
        )
    row = _properties(opener, report).get(_VERSION, (None, ""))[0]
    report.error("manifest.invalid_oneroster_version", MANIFEST, row, _VERSION)
    raise UnusableInput("manifest.csv: oneroster.version не 1.1 и не 1.2. Выгрузите списки в одной из этих версий.")


def read_manifest(files: Mapping[str, Opener], version: str, report: Report) -> Manifest:
    """Read and check the manifest against the data files that are present."""
    properties = _properties(files[MANIFEST], report)
    known = {"manifest.version", _VERSION, *_SOURCE, *map(_property, catalogue(version))}
    for name, (row, _) in properties.items():
        if name not in known:
            report.deviation("manifest.unknown_property", MANIFEST, row)
    _check_version(properties, "manifest.version", "1.0", "manifest.invalid_manifest_version", report)
    _check_version(properties, _VERSION, version, "manifest.invalid_oneroster_version", report)
    given = {file: _mode(file, properties, report) for file in catalogue(version)}
    fallback = next((mode for mode in given.values() if mode in MODES[1:]), "bulk")
    for file, mode in given.items():
        _check_presence(file, mode, file in files, report)
    system = properties.get(_SYSTEM_CODE, (0, ""))[1].strip()
    modes = {file: mode or fallback for file, mode in given.items() if file in files and mode != "absent"}
    return Manifest(modes, system)


def _property(file: str) -> str:
    return f"file.{file.removesuffix('.csv')}"


def _check_version(properties: Properties, name: str, expected: str, code: str, report: Report) -> None:
    if name not in properties:
        report.deviation("manifest.missing_property", MANIFEST, None, name)
    elif properties[name][1] != expected:
        report.deviation(code, MANIFEST, properties[name][0], name)


def _mode(file: str, properties: Properties, report: Report) -> str:
    """The mode a manifest gives to a file; "" where it gives none that we know."""
    name = _property(file)
    if name not in properties:
        report.deviation("manifest.missing_property", MANIFEST, None, name)
        return ""
    row, value = properties[name]
    if value not in MODES:
        report.deviation("manifest.invalid_file_mode", MANIFEST, row, name)
    meaning = value.strip().casefold()
    return meaning if meaning in MODES else ""


def _check_presence(file: str, mode: str, present: bool, report: Report) -> None:
    if mode == "absent" and present:
        report.deviation("manifest.file_unexpected", file)
    if mode in MODES[1:] and not present:
        report.error("manifest.file_missing", file)


def _properties(opener: Opener, report: Report) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    with opener() as stream:
        rows = next(CsvRows(stream, MANIFEST, report).chunks(_LONGEST), [])
    if not rows:
        report.deviation("manifest.missing_header", MANIFEST, 1)
    elif rows[0] != _HEADER:
        report.deviation("manifest.invalid_header", MANIFEST, 1)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(_HEADER):
            report.deviation("manifest.row_width_mismatch", MANIFEST, number)
        if len(row) < len(_HEADER):
            continue
        if row[0] in found:
            report.deviation("manifest.duplicate_property", MANIFEST, number)
        else:
            found[row[0]] = (number, row[1])
    return found
