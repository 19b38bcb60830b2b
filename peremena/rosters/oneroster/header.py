"""The header of a data file: exact in strict mode; else each column is found under any name it plainly means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from peremena.rosters.oneroster.schema import METADATA, Table
from peremena.rosters.problems import Report, Severity

_MOST_COLUMNS = 500
_ALIKE = 0.8  # one letter wrong in a name of six
_ENDING = re.compile(r"(sourced)?ids?$|s$")


def layout(table: Table, header: Sequence[str], report: Report) -> Mapping[str, int] | None:
    """Column name → place in a row; None when the file cannot be read by this header."""
    before = report.errors
    if not header:
        report.error("schema.missing_header", table.file, 1)
        return None
    if len(header) > _MOST_COLUMNS:
        report.error("schema.too_many_columns", table.file, 1)
        return None
    if len(header) == 1 and ";" in header[0]:
        report.error("csv.wrong_delimiter", table.file, 1)
        return None
    _check_names(table, header, report)
    places = _strict(table, header, report) if report.strict else _lenient(table, header, report)
    return places if report.errors == before else None


def _check_names(table: Table, header: Sequence[str], report: Report) -> None:
    for place, name in enumerate(header):
        if not name.strip():
            report.deviation("schema.empty_header_name", table.file, 1)
        elif name in header[:place]:
            report.deviation("schema.duplicate_header", table.file, 1, _safe(table, place, name))


def _safe(table: Table, place: int, name: str) -> str:
    """A field's name for a problem. A file without a header has people's names there, so others go by number."""
    return name if any(column.name == name for column in table.columns) else f"#{place + 1}"


def _strict(table: Table, header: Sequence[str], report: Report) -> Mapping[str, int]:
    expected = [column.name for column in table.columns]
    for place, name in enumerate(expected):
        if name not in header:
            report.error("schema.missing_header", table.file, 1, name)
        if place < len(header) and header[place] != name:
            metadata = header[place].startswith(METADATA)
            code = "schema.metadata_column_position" if metadata else "schema.header_order_mismatch"
            report.error(code, table.file, 1, name)
    for place, name in enumerate(header[len(expected) :], start=len(expected)):
        if not _is_metadata(name) and name.strip():
            report.error("schema.invalid_metadata_header", table.file, 1, _safe(table, place, name))
    return {name: place for place, name in enumerate(expected)}


def _is_metadata(name: str) -> bool:
    return name.startswith(METADATA) and name != METADATA


def _lenient(table: Table, header: Sequence[str], report: Report) -> Mapping[str, int]:
    places = _places(table, header)
    for column in table.columns:
        if column.name not in places:
            severity = Severity.ERROR if column.required and not column.forgiven else Severity.WARNING
            report.add(severity, "schema.missing_header", table.file, (1,), column.name)
        elif header[places[column.name]] != column.name:
            report.deviation("schema.header_order_mismatch", table.file, 1, column.name)
    order = list(places.values())
    if order != sorted(order):
        report.deviation("schema.header_order_mismatch", table.file, 1)
    for place, name in enumerate(header):
        if place not in order and name.strip() and not _is_metadata(name) and name not in header[:place]:
            report.deviation("schema.invalid_metadata_header", table.file, 1, _safe(table, place, name))
    return places


def _places(table: Table, header: Sequence[str]) -> dict[str, int]:
    """By exact name, then by the name that older makers use (`userId`, `agents`), then by a misspelt one."""
    exact = {name: place for place, name in reversed(list(enumerate(header)))}
    places = {column.name: exact[column.name] for column in table.columns if column.name in exact}
    for nearest in (_same_stem, _misspelt):
        for column in table.columns:
            taken = set(places.values())
            free = [
                name for name, place in exact.items() if name.strip() and place not in taken and not _is_metadata(name)
            ]
            found = None if column.name in places else nearest(column.name, free)
            if found is not None:
                places[column.name] = exact[found]
    return {column.name: places[column.name] for column in table.columns if column.name in places}


def _same_stem(name: str, free: Sequence[str]) -> str | None:
    return next((other for other in free if _stem(other) == _stem(name)), None)


def _stem(name: str) -> str:
    return _ENDING.sub("", name.strip().casefold())


def _misspelt(name: str, free: Sequence[str]) -> str | None:
    return next(iter(get_close_matches(name, free, n=1, cutoff=_ALIKE)), None)
