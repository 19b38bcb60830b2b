"""From records to columns: widths, blank lines, and where each column stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peremena.rosters.oneroster.rows import Rows
from peremena.rosters.oneroster.schema import Table
from peremena.rosters.problems import Report, Severity

Record = list[str]


class Shape:
    """`places` is a header's layout: column name → place. `lost_keys` are sourcedIds of rows of the wrong width."""

    def __init__(self, table: Table, places: Mapping[str, int], width: int, report: Report) -> None:
        self.lost_keys: list[str] = []
        self.blank_lines = 0
        self._table = table
        self._places = places
        self._width = width
        self._report = report

    def columns(self, chunk: Sequence[Record], first: int) -> Rows:
        """Records as columns; `first` is the row number of the first of them."""
        numbers: Sequence[int] = range(first, first + len(chunk))
        if set(map(len, chunk)) != {self._width}:
            chunk, numbers = self._mend(chunk, numbers)
        by_place = list(zip(*chunk, strict=True)) or [()] * self._width
        blank = ("",) * len(chunk)
        names = (column.name for column in self._table.columns)
        columns = {name: by_place[self._places[name]] if name in self._places else blank for name in names}
        return Rows(self._table.file, columns, numbers, self._report)

    def _mend(self, chunk: Sequence[Record], numbers: Sequence[int]) -> tuple[list[Record], list[int]]:
        """Blank lines are no rows, and blank cells at the end may lack or abound; any other width costs the row."""
        width, strict = self._width, self._report.strict
        records: list[Record] = []
        kept: list[int] = []
        for record, number in zip(chunk, numbers, strict=True):
            fits = len(record) == width
            means = bool(record) and not any(record[width:])
            if not fits:
                severity = Severity.ERROR if record and not means else self._report.deviating
                self._report.add(severity, "row.width_mismatch", self._table.file, (number,), None)
            if fits or (means and not strict):
                records.append([*record[:width], *[""] * (width - len(record))])
                kept.append(number)
            elif record:
                self.lost_keys.append(self._key(record))
            else:
                self.blank_lines += 1
        return records, kept

    def _key(self, record: Record) -> str:
        place = self._places.get("sourcedId", 0)
        return record[place] if place < len(record) else ""
