"""How a cell may be written. Each kind answers for a whole column at once, and only a bad column is looked at by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from string import ascii_letters, digits
from typing import NamedTuple, Protocol

EXTENSION = "ext:"
_GUID = re.compile(r"[0-9A-Za-z./@_-]{1,255}")
_GUID_BYTES = f"{ascii_letters}{digits}./@_-".encode()
_LONGEST_GUID = 255
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_SPAN_OF_YEARS = re.compile(r"(\d{4})\s*[-/–—]\s*(\d{4}|\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ].*)?", re.ASCII)
_USER_ID = re.compile(r"\{[^:{}]+:[^:{}]+\}")
_MONTHS = 12


class Verdict(NamedTuple):
    """Why a cell is not to the standard, one code per bad item, and what it plainly means all the same ("" = nothing)."""

    codes: tuple[str, ...]
    meaning: str


class Kind(Protocol):
    """A way to write a cell. Blank cells are no business of a kind."""

    def clean(self, cells: Sequence[str]) -> bool:
        """Whether no cell is bad. A false "no" costs time only."""
        ...

    def judge(self, cell: str) -> Verdict | None:
        """The verdict on one cell that is not blank; None = to the standard."""
        ...


class Text:
    """Anything but blanks that only look like something."""

    def clean(self, cells: Sequence[str]) -> bool:
        return all(map(str.strip, filter(None, cells)))

    def judge(self, cell: str) -> Verdict | None:
        return None if cell.strip() else Verdict(("row.missing_required_value",), "")


class Free:
    """Anything at all: a cell that nobody here reads."""

    def clean(self, cells: Sequence[str]) -> bool:
        return True

    def judge(self, cell: str) -> Verdict | None:
        return None


class Spelling:
    """Few values, written one way: dates, years, vocabularies."""

    def __init__(self, code: str, accepts: Callable[[str], bool], meaning: Callable[[str], str]) -> None:
        self._code = code
        self._accepts = accepts
        self._meaning = meaning

    def clean(self, cells: Sequence[str]) -> bool:
        return all(map(self._accepts, filter(None, set(cells))))

    def judge(self, cell: str) -> Verdict | None:
        return None if self._accepts(cell) else Verdict((self._code,), self._meaning(cell))


class Guid:
    """A sourcedId: letters, digits and ./@_- of ASCII, 255 at most."""

    def clean(self, cells: Sequence[str]) -> bool:
        return (
            not "".join(cells).encode().translate(None, _GUID_BYTES)
            and max(map(len, cells), default=0) <= _LONGEST_GUID
        )

    def judge(self, cell: str) -> Verdict | None:
        if _GUID.fullmatch(cell):
            return None
        return Verdict(("row.invalid_guid",), cell.strip() if _GUID.fullmatch(cell.strip()) else "")


class Items:
    """A list in one cell, split by commas; an empty item spoils it, and so does an item of the wrong form."""

    def __init__(self, code: str = "", form: re.Pattern[str] | None = None) -> None:
        self._code = code
        self._form = form

    def clean(self, cells: Sequence[str]) -> bool:
        return all(self.judge(cell) is None for cell in set(cells) if cell)

    def judge(self, cell: str) -> Verdict | None:
        items = cell.split(",")
        codes: tuple[str, ...] = () if all(items) else ("row.invalid_list",)
        if self._form is not None:
            codes += tuple(self._code for item in items if item and not self._form.fullmatch(item))
        return Verdict(codes, self._meaning(items)) if codes else None

    def _meaning(self, items: list[str]) -> str:
        kept = (item.strip() for item in items)
        return ",".join(item for item in kept if item and (self._form is None or self._form.fullmatch(item)))


class Blank:
    """A cell that must be blank: status and dateLastModified of a bulk file."""

    def clean(self, cells: Sequence[str]) -> bool:
        return not any(cells)

    def judge(self, cell: str) -> Verdict | None:
        return Verdict(("row.field_forbidden_in_bulk",), cell.strip().casefold())


def vocabulary(*words: str, extensible: bool = False, understood: Sequence[str] = ()) -> Spelling:
    """One of `words` exactly, or an `ext:` token where the vocabulary is open; `understood` are met in the wild."""
    known = frozenset(words)
    spellings = {word.casefold(): word for word in (*words, *understood)}

    def accepts(cell: str) -> bool:
        return cell in known or (extensible and cell.startswith(EXTENSION) and len(cell) > len(EXTENSION))

    return Spelling("row.invalid_enum", accepts, lambda cell: spellings.get(cell.strip().casefold(), ""))


def is_date(cell: str) -> bool:
    return bool(_DATE.fullmatch(cell)) and _day(cell[:4], cell[5:7], cell[8:]) == cell


def is_date_time(cell: str) -> bool:
    match = _DATE_TIME.fullmatch(cell)
    return match is not None and is_date(match[1])


def understood_date(cell: str) -> str:
    """YYYY-MM-DD of a date written in another way, "" where day and month could change places."""
    cell = cell.strip()
    if match := _YEAR_FIRST.fullmatch(cell):
        return _day(match[1], match[2], match[3])
    match = _YEAR_LAST.fullmatch(cell)
    if match is None:
        return ""
    first, separator, second, year = match.groups()
    if separator == "." or int(first) > _MONTHS or first == second:
        return _day(year, second, first)
    return _day(year, first, second) if int(second) > _MONTHS else ""


def understood_year(cell: str) -> str:
    """The year in which a school year such as 2026-2027, 2026/27 or 2099/00 ends."""
    match = _SPAN_OF_YEARS.fullmatch(cell.strip())
    if match is None:
        return cell.strip() if _YEAR.fullmatch(cell.strip()) else ""
    ends = f"{int(match[1]) + 1:04}"
    return ends if ends.endswith(match[2]) else ""


def _day(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


TEXT = Text()
FREE = Free()
GUID = Guid()
BLANK = Blank()
LIST = Items()
GUIDS = Items("row.invalid_guid", _GUID)
USER_IDS = Items("row.invalid_list", _USER_ID)
BOOLEAN = Spelling(
    "row.invalid_boolean",
    frozenset(("true", "false")).__contains__,
    lambda cell: cell.strip().casefold() if cell.strip().casefold() in ("true", "false") else "",
)
DATE = Spelling("row.invalid_date", is_date, understood_date)
DATE_TIME = Spelling("row.invalid_datetime", is_date_time, understood_date)
YEAR = Spelling("row.invalid_year", lambda cell: bool(_YEAR.fullmatch(cell)), understood_year)
