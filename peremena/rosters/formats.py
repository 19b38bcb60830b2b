"""The formats we read, and the one way to read a roster."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from peremena.core.errors import UnusableInput
from peremena.core.roster import RosterFile
from peremena.rosters.base import Outcome, Progress, Reading, RosterFormat, UnusableRoster
from peremena.rosters.oneroster.manifest import refuse_unrecognised
from peremena.rosters.oneroster.reader import OneRoster
from peremena.rosters.package import Package, open_package
from peremena.rosters.problems import Report

ROSTER_FORMATS: Mapping[str, RosterFormat] = {
    "oneroster-1.1": OneRoster("1.1"),
    "oneroster-1.2": OneRoster("1.2"),
}


def read(path: Path, *, format: str | None = None, strict: bool = False, progress: Progress | None = None) -> Reading:
    """Read the zip or folder at `path`. Raises UnusableRoster, which carries what could be read, when it is no use."""
    report = Report(strict=strict)
    try:
        with _no_cycles(), open_package(path, report) as package:
            name = format or _recognise(package, report)
            if name not in ROSTER_FORMATS:
                raise UnusableInput(f"Нет формата {name!r}. Есть: {', '.join(ROSTER_FORMATS)}.")
            outcome = ROSTER_FORMATS[name].read(package, report, progress)
    except UnusableInput as refusal:
        nothing = Outcome(RosterFile(format=format or "", mode="bulk", source=""), (), str(refusal))
        raise UnusableRoster(nothing.refusal, _reading(nothing, report)) from refusal
    if outcome.refusal:
        raise UnusableRoster(outcome.refusal, _reading(outcome, report))
    return _reading(outcome, report)


@contextmanager
def _no_cycles() -> Iterator[None]:
    """Millions of tuples are made here and none can be part of a cycle: looking for cycles among them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _recognise(package: Package, report: Report) -> str:
    for name, candidate in ROSTER_FORMATS.items():
        if candidate.recognises(package):
            return name
    return refuse_unrecognised(package, report)


def _reading(outcome: Outcome, report: Report) -> Reading:
    return Reading(outcome.roster, report.problems(), report.errors, report.warnings, outcome.not_read)
