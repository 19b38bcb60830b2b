"""A few thousand rows of one file as columns: checked column by column, so that a sound one costs no call per cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from peremena.rosters.oneroster.lexical import Verdict
from peremena.rosters.oneroster.schema import Column
from peremena.rosters.problems import Report, Severity

Cells = Sequence[str]


class Rows:
    """Rows of `file` by column, with their numbers. `report` gets one entry for all rows of one fault."""

    def __init__(self, file: str, columns: Mapping[str, Cells], numbers: Sequence[int], report: Report) -> None:
        self.file = file
        self.columns = dict(columns)
        self.numbers = numbers
        self.report = report
        self.resolved: set[str] = set()  # columns all of whose references lead somewhere
        self._dropped: set[int] = set()

    def __len__(self) -> int:
        return len(self.numbers)

    def say(self, severity: Severity, code: str, places: Sequence[int], field: str) -> None:
        """One problem for each of the rows at `places`."""
        if places:
            self.report.add(severity, code, self.file, [self.numbers[place] for place in places], field)

    def drop(self, places: Sequence[int]) -> None:
        """Leave these rows out at the next `settle`."""
        self._dropped.update(places)

    def settle(self) -> Cells:
        """Take dropped rows out of every column; gives their sourcedIds."""
        if not self._dropped:
            return ()
        stays = [place not in self._dropped for place in range(len(self))]
        lost = [self.columns["sourcedId"][place] for place in self._dropped]
        self.columns = {name: list(compress(cells, stays)) for name, cells in self.columns.items()}
        self.numbers = list(compress(self.numbers, stays))
        self._dropped.clear()
        return lost

    def require(self, column: Column) -> None:
        """Drop rows in which a required cell is blank."""
        blank = [place for place, cell in enumerate(self.columns[column.name]) if not cell]
        lost = self.report.strict or not column.forgiven
        self.say(Severity.ERROR if lost else Severity.WARNING, column.missing, blank, column.name)
        if lost:
            self.drop(blank)

    def judge(self, column: Column, judge: Callable[[str], Verdict | None], *, spoils_row: bool) -> None:
        """Put each cell that is not blank before `judge`. A bad one becomes what it means, and where it means nothing it
        costs its value, or the row that needs it; with `spoils_row` it always costs the row."""
        cells = list(self.columns[column.name])
        verdicts = {cell: verdict for cell in set(cells) if cell and (verdict := judge(cell)) is not None}
        faults: dict[tuple[Severity, str], list[int]] = defaultdict(list)
        for place, cell in enumerate(cells):
            verdict = verdicts.get(cell)
            if verdict is None:
                continue
            needed = column.required and not column.forgiven and not verdict.meaning
            severity = Severity.ERROR if needed else self.report.deviating
            for code in verdict.codes:
                faults[severity, code].append(place)
            if needed or spoils_row:
                self._dropped.add(place)
            else:
                cells[place] = verdict.meaning
        self.columns[column.name] = cells
        for (severity, code), places in faults.items():
            self.say(severity, code, places, column.name)


def check_cells(rows: Rows, columns: Sequence[Column], resolves: Callable[[Column, Cells], bool]) -> None:
    """How cells are written, and which of them may not be blank. In strict mode a row with any fault is not sound.

    A column that `resolves` names known records only, so nothing about it needs a look, now or later."""
    for column in columns:
        cells = rows.columns[column.name]
        if resolves(column, cells):
            rows.resolved.add(column.name)
            continue
        if column.required and "" in cells:
            rows.require(column)
        if not column.kind.clean(cells):
            rows.judge(column, column.kind.judge, spoils_row=rows.report.strict)
    if "subjectCodes" in rows.columns:
        _check_subjects(rows)


def _check_subjects(rows: Rows) -> None:
    """`subjects` and `subjectCodes` go in pairs. We use neither, so leniently nothing is lost."""
    pairs = zip(rows.columns["subjects"], rows.columns["subjectCodes"], strict=True)
    uneven = [
        place
        for place, (subjects, codes) in enumerate(pairs)
        if bool(subjects) != bool(codes) or subjects.count(",") != codes.count(",")
    ]
    rows.say(rows.report.deviating, "row.invalid_list", uneven, "subjectCodes")
    if rows.report.strict:
        rows.drop(uneven)
