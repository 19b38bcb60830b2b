"""Who points at whom. Rows that hang on a row already lost go with it, without a problem of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from peremena.rosters.oneroster.lexical import Verdict
from peremena.rosters.oneroster.rows import Cells, Rows
from peremena.rosters.oneroster.schema import Column
from peremena.rosters.problems import Report, Severity


class Index:
    """The sourcedIds of the files read so far, sound and lost. `modes` has bulk or delta for each file that is read."""

    def __init__(self, modes: Mapping[str, str], report: Report) -> None:
        self._modes = modes
        self._strict = report.strict
        self._sound: dict[str, set[str]] = defaultdict(set)
        self._lost: dict[str, set[str]] = defaultdict(set)
        # Files of which nobody can say that a record is not there: an unreadable one, and in strict mode any with bad
        # rows, which have to be mended before references to them are judged.
        self._opaque: set[str] = set()

    def spoil(self, file: str, *, readable: bool = True) -> None:
        """Note that `file` has lost rows to faults of its own, or cannot be read at all."""
        if self._strict or not readable:
            self._opaque.add(file)

    def lose(self, file: str, keys: Iterable[str]) -> None:
        """Note sourcedIds of rows that are there and will not be used."""
        self._lost[file].update(keys)

    def add(self, rows: Rows) -> int:
        """Take the rows' own sourcedIds; of one id only the first row stays. Returns how many rows went."""
        keys = rows.columns["sourcedId"]
        sound, own = self._sound[rows.file], set(keys)
        repeated: list[int] = []
        if len(own) < len(keys) or not sound.isdisjoint(own):
            repeated = _repeated(keys, sound)
            rows.say(Severity.ERROR, "reference.duplicate_sourced_id", repeated, "sourcedId")
            rows.drop(repeated)
            rows.settle()
        sound |= own
        return len(repeated)

    def whole(self, file: str) -> bool:
        """Whether `file` is there and what it lacks does not exist."""
        return file in self._modes and file not in self._opaque

    def resolves(self, column: Column, cells: Cells) -> bool:
        """Whether every cell names a record that is there, and so is well written too."""
        if not column.target or (column.required and "" in cells):
            return False
        return self._all_sound(column.target, cells, column)

    def check(self, rows: Rows, column: Column) -> None:
        """Whether every sourcedId of the column is in the file it points at."""
        target = column.target
        # Changes may point at records that have not changed and so are not in the package.
        if self._modes[rows.file] == "delta" or self._modes.get(target) == "delta":
            return
        if target not in self._modes:
            rows.judge(column, _no_file, spoils_row=False)
        elif not self._all_sound(target, rows.columns[column.name], column):
            rows.judge(column, lambda cell: self._judge(target, cell), spoils_row=False)

    def _all_sound(self, target: str, cells: Cells, column: Column) -> bool:
        sound = self._sound[target]
        if column.is_list:
            return all(sound.issuperset(cell.split(",")) for cell in set(cells) if cell)
        return sound.issuperset(cells if column.required else filter(None, cells))

    def _judge(self, target: str, cell: str) -> Verdict | None:
        items = cell.split(",")
        sound = self._sound[target]
        missing = [item for item in items if item not in sound]
        if not missing:
            return None
        known_lost = self._lost[target]
        dangling = [] if target in self._opaque else [item for item in missing if item not in known_lost]
        codes = ("reference.missing_target_record",) * len(dangling)
        return Verdict(codes, ",".join(item for item in items if item in sound))


def _no_file(_: str) -> Verdict:
    return Verdict(("reference.missing_target_file",), "")


def _repeated(keys: Sequence[str], known: set[str]) -> list[int]:
    seen = set(known)
    repeated = []
    for place, key in enumerate(keys):
        if key in seen:
            repeated.append(place)
        seen.add(key)
    return repeated


class OwnReferences:
    """References into the file itself: they wait for its end, since a row may point forward."""

    def __init__(self, file: str, columns: Sequence[Column]) -> None:
        self._file = file
        self._waiting: list[tuple[Column, list[int], list[str]]] = [
            (column, [], []) for column in columns if column.target == file and column.name != "sourcedId"
        ]

    def collect(self, rows: Rows) -> None:
        for column, numbers, cells in self._waiting:
            filled = [
                (number, cell) for number, cell in zip(rows.numbers, rows.columns[column.name], strict=True) if cell
            ]
            numbers.extend(number for number, _ in filled)
            cells.extend(cell for _, cell in filled)

    def check(self, index: Index, report: Report) -> None:
        for column, numbers, cells in self._waiting:
            index.check(Rows(self._file, {column.name: cells}, numbers, report), column)
