"""One OneRoster package from manifest to roster, file by file in an order in which references point backwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO

from peremena.rosters.base import Outcome, Progress
from peremena.rosters.csv_text import CsvRows
from peremena.rosters.oneroster.header import layout
from peremena.rosters.oneroster.manifest import (
    Manifest,
    Opener,
    locate,
    read_manifest,
    refuse_unrecognised,
    version_of,
)
from peremena.rosters.oneroster.mapping import Builder
from peremena.rosters.oneroster.references import Index, OwnReferences
from peremena.rosters.oneroster.rows import Rows, check_cells
from peremena.rosters.oneroster.schema import MANIFEST, TABLES, Column, Table, catalogue, lifecycle
from peremena.rosters.oneroster.semantics import Semantics
from peremena.rosters.oneroster.shape import Shape
from peremena.rosters.package import Package
from peremena.rosters.problems import Report

_GONE = frozenset(("tobedeleted", "inactive"))


@dataclass(frozen=True, slots=True)
class OneRoster:
    """OneRoster CSV of one version."""

    version: str

    def recognises(self, package: Package) -> bool:
        return version_of(package) == self.version

    def read(self, package: Package, report: Report, progress: Progress | None) -> Outcome:
        known = (MANIFEST, *catalogue(self.version))
        files = locate(package, known)
        if MANIFEST not in files:
            refuse_unrecognised(package, report)
        for name in package.files:
            if name not in known:
                _note_unknown(name, files, report)
        manifest = read_manifest(files, self.version, report)
        reading = PackageReading(manifest, report, progress)
        tables = [_with_lifecycle(table, manifest) for table in TABLES[self.version] if table.file in manifest.modes]
        for table in tables:
            reading.read(table, files[table.file])
        reading.semantics.close()
        rostering = {table.file.casefold() for table in TABLES[self.version]} | {MANIFEST}
        not_read = tuple(sorted(name for name in package.files if name.casefold() not in rostering))
        return Outcome(reading.builder.roster(self.version, manifest), not_read, reading.refusal(tables))


def _note_unknown(name: str, files: Mapping[str, Opener], report: Report) -> None:
    """A stranger among the files is against the standard; leniently only one that we read under another case counts."""
    if report.strict or name.casefold() in {known.casefold() for known in files}:
        report.deviation("package.unknown_file", name)


def _with_lifecycle(table: Table, manifest: Manifest) -> Table:
    columns = (table.columns[0], *lifecycle(manifest.modes[table.file]), *table.columns[3:])
    return replace(table, columns=columns)


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    bad: int = 0
    readable: bool = True


class PackageReading:
    """What is known while the files of one package are read."""

    def __init__(self, manifest: Manifest, report: Report, progress: Progress | None) -> None:
        self.builder = Builder()
        self._report = report
        self._progress = progress
        self._index = Index(manifest.modes, report)
        self._tallies: dict[str, _Tally] = {}
        self.semantics = Semantics(manifest.modes, self._index, report)

    def refusal(self, tables: Sequence[Table]) -> str:
        """Why the whole roster cannot be used; "" when it can."""
        needed = [(table, self._tallies[table.file]) for table in tables if table.needed]
        for table, tally in needed:
            if not tally.readable:
                return (
                    f"{table.file}: файл не разбирается. Нужны запятые между значениями, строка заголовков и закрытые "
                    "кавычки; исправьте по списку замечаний и загрузите снова."
                )
        present = {table.file for table in tables}
        for table, tally in needed:
            if tally.bad * 2 > tally.rows:
                absent = sorted({column.target for column in table.columns if column.required} - present - {""})
                because = f" (нет {', '.join(absent)})" if absent else ""
                return (
                    f"{table.file}: негодны {tally.bad} из {tally.rows} строк, больше половины{because}. "
                    "Исправьте выгрузку по списку замечаний и загрузите снова."
                )
        return ""

    def read(self, table: Table, opener: Opener) -> None:
        """Read one file. In strict mode a file faulty as CSV is judged as CSV only."""
        text, rows = Report(strict=self._report.strict), Report(strict=self._report.strict)
        tally = self._tallies[table.file] = _Tally()
        try:
            with opener() as stream:
                self._read_rows(table, stream, text, rows, tally)
        finally:
            self._report.absorb(text)
        if self._report.strict and text.errors:
            self._index.spoil(table.file)
        else:
            self._report.absorb(rows)

    def _read_rows(self, table: Table, stream: IO[bytes], text: Report, report: Report, tally: _Tally) -> None:
        source = CsvRows(stream, table.file, text)
        header = source.header()
        places = layout(table, header, report)
        if places is None:
            for _ in source.chunks():
                pass  # the file's faults as CSV are still wanted
            tally.readable = False
            self._index.spoil(table.file, readable=False)
            return
        shape = Shape(table, places, len(header), report)
        own = OwnReferences(table.file, table.columns)
        first = 2
        for chunk in source.chunks():
            self._take(shape.columns(chunk, first), table.columns, own, tally)
            first += len(chunk)
            if self._progress is not None:
                self._progress(table.file, first - 2)
        tally.rows = first - 2 - shape.blank_lines
        if source.broken:
            tally.readable = False
            self._index.spoil(table.file, readable=False)
        self._finish(table, shape, own, report, tally)

    def _take(self, rows: Rows, columns: Sequence[Column], own: OwnReferences, tally: _Tally) -> None:
        """One chunk through every phase; each phase sees only rows that are sound so far."""
        check_cells(rows, columns, self._index.resolves)
        if unsound := rows.settle():
            self._lose(rows.file, unsound, tally)
        if not _GONE.isdisjoint(rows.columns["status"]):
            rows.drop([place for place, status in enumerate(rows.columns["status"]) if status in _GONE])
            self._index.lose(rows.file, rows.settle())
        for column in columns:
            if column.target not in ("", rows.file) and column.name not in rows.resolved:
                self._index.check(rows, column)
        dangling = rows.settle()
        self._index.lose(rows.file, dangling)
        tally.bad += len(dangling) + self._index.add(rows)
        own.collect(rows)
        self.semantics.check(rows)
        self.builder.take(rows)

    def _finish(self, table: Table, shape: Shape, own: OwnReferences, report: Report, tally: _Tally) -> None:
        if shape.lost_keys:
            self._lose(table.file, shape.lost_keys, tally)
        own.check(self._index, report)
        self.builder.end_of(table.file)

    def _lose(self, file: str, keys: Sequence[str], tally: _Tally) -> None:
        tally.bad += len(keys)
        self._index.lose(file, keys)
        self._index.spoil(file)
