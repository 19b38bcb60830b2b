"""What every roster format speaks: a reading, the words in which it may be refused, and the protocol of a format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from peremena.core.errors import UnusableInput
from peremena.core.roster import RosterFile
from peremena.rosters.package import Package
from peremena.rosters.problems import Problem, Report

Progress = Callable[[str, int], None]  # file, rows done so far


@dataclass(frozen=True, slots=True)
class Reading:
    """A roster as far as it could be read. `not_read` names files that are present but hold no roster rows for us."""

    roster: RosterFile
    problems: tuple[Problem, ...]
    errors: int
    warnings: int
    not_read: tuple[str, ...]

    @property
    def format(self) -> str:
        """ "" when no format was recognised."""
        return self.roster.format

    @property
    def mode(self) -> str:
        return self.roster.mode

    @property
    def problems_total(self) -> int:
        return self.errors + self.warnings


class UnusableRoster(UnusableInput):
    """Nobody can work with this roster; `reading` still has the counts and problems to show."""

    def __init__(self, message: str, reading: Reading) -> None:
        super().__init__(message)
        self.reading = reading


class Outcome(NamedTuple):
    """`refusal` is one Russian line when too much is bad to go on, else ""."""

    roster: RosterFile
    not_read: tuple[str, ...]
    refusal: str


class RosterFormat(Protocol):
    """One way to write a roster down."""

    def recognises(self, package: Package) -> bool:
        """Whether the package says that it is written in this format."""
        ...

    def read(self, package: Package, report: Report, progress: Progress | None) -> Outcome:
        """Read all of it; raises UnusableInput where reading cannot even go on."""
        ...
