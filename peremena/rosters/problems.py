"""What is wrong with a roster: code, severity, file, row, field — never a value, so a problem may be logged and shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

KEPT = 1_000  # of each severity; the rest is only counted, so a million bad rows cost no memory


class Severity(StrEnum):
    """An error costs the row, a warning at most a value."""

    ERROR = "error"
    WARNING = "warning"


class Problem(NamedTuple):
    """`row` counts records from the header, which is 1; None where a problem has no row or no field."""

    code: str
    severity: Severity
    file: str
    row: int | None
    field: str | None


class Report:
    """Counts every problem and keeps the first of them, errors before warnings when both cannot be kept."""

    def __init__(self, *, strict: bool) -> None:
        self.strict = strict
        self._kept: dict[Severity, list[Problem]] = {severity: [] for severity in Severity}
        self._counts = dict.fromkeys(Severity, 0)
        self._files: dict[str, int] = {}  # in the order in which they were told

    @property
    def errors(self) -> int:
        return self._counts[Severity.ERROR]

    @property
    def warnings(self) -> int:
        return self._counts[Severity.WARNING]

    def add(self, severity: Severity, code: str, file: str, rows: Sequence[int | None], field: str | None) -> None:
        """One problem for each of `rows`."""
        self._files.setdefault(file, len(self._files))
        self._counts[severity] += len(rows)
        kept = self._kept[severity]
        kept.extend(Problem(code, severity, file, row, field) for row in rows[: KEPT - len(kept)])

    def error(self, code: str, file: str, row: int | None = None, field: str | None = None) -> None:
        self.add(Severity.ERROR, code, file, (row,), field)

    def deviation(self, code: str, file: str, row: int | None = None, field: str | None = None) -> None:
        """Against the standard, yet it can be read: an error in strict mode, else a warning."""
        self.add(self.deviating, code, file, (row,), field)

    @property
    def deviating(self) -> Severity:
        return Severity.ERROR if self.strict else Severity.WARNING

    def absorb(self, other: Report) -> None:
        """Take over what another report of the same reading has found."""
        for file in other._files:
            self._files.setdefault(file, len(self._files))
        for severity in Severity:
            self._counts[severity] += other._counts[severity]
            kept = self._kept[severity]
            kept.extend(other._kept[severity][: KEPT - len(kept)])

    def problems(self) -> tuple[Problem, ...]:
        """At most `KEPT`, errors before warnings; by file as they were read, then by row."""
        kept = [problem for severity in Severity for problem in self._kept[severity]][:KEPT]
        return tuple(sorted(kept, key=lambda problem: (self._files[problem.file], problem.row or 0)))
