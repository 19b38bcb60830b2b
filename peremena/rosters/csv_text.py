"""Rows of one CSV file: UTF-8 only, and with our own look at quotes, which Python's csv accepts wherever they stand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from itertools import chain, islice
from typing import IO

from peremena.core.errors import UnusableInput
from peremena.rosters.package import DAMAGED, damaged
from peremena.rosters.problems import Report

CHUNK = 1_024  # rows
_BLOCK = 1 << 18  # bytes, about
_BOM = "\ufeff"
_FIELD = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",\r\n]*)'
_FIELDS = re.compile(rf"{_FIELD}(?:,{_FIELD})*")
_CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
_REST = re.compile(r"[^,\r\n]*")


class CsvRows:
    """The records of one file. `broken` becomes true when rows may have been lost to a quote that was never closed."""

    def __init__(self, stream: IO[bytes], file: str, report: Report) -> None:
        self.broken = False
        self._ended = False  # nothing after this can be told into rows
        self._is_open = False  # inside a quoted field that began on an earlier line
        self._file = file
        self._report = report
        self._record = 0
        self._stream = stream
        self._reader = csv.reader(chain.from_iterable(self._blocks()))

    def header(self) -> list[str]:
        """The first record; [] for an empty file."""
        return next(self.chunks(1), [[]])[0]

    def chunks(self, size: int = CHUNK) -> Iterator[list[list[str]]]:
        """Lists of at most `size` records, blank lines as []."""
        while not self._ended and (chunk := self._next(size)):
            yield chunk

    def _next(self, size: int) -> list[list[str]]:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(self._reader, size))
            if self._ended:
                rows.pop()  # what csv.reader made of the rest of the file
        except UnicodeDecodeError as fault:
            self._refuse_encoding(utf16=fault.object[:2] in (b"\xff\xfe", b"\xfe\xff"))
        except csv.Error:
            if self._is_open:
                self._break("csv.unclosed_quote", self._record)
            else:
                self._break("csv.field_too_large", None)
        except DAMAGED as fault:
            raise damaged(self._file, self._report) from fault
        return rows

    def _break(self, code: str, row: int | None) -> None:
        self.broken = self._ended = True
        self._report.error(code, self._file, row)

    def _blocks(self) -> Iterator[list[str]]:
        """Lines by the block: a block without a quote is handed on unseen, which is nearly as fast as no look at all."""
        text = TextIOWrapper(self._stream, encoding="utf-8", newline="")
        while lines := text.readlines(_BLOCK):
            block = "".join(lines)
            if "\0" in block:
                self._refuse_encoding(utf16=True)
            if not self._record:
                lines[0] = self._first(lines[0])
            if self._is_open or '"' in block:
                self._look_at(lines)
            else:
                self._record += len(lines)
            yield lines
        if self._is_open:
            self._break("csv.unclosed_quote", self._record)

    def _look_at(self, lines: Sequence[str]) -> None:
        for line in lines:
            if not self._is_open:
                self._record += 1
            if self._is_open or '"' in line:
                over_lines = self._is_open
                self._is_open, fault = _scan(line, over_lines)
                if fault and over_lines:  # the next stray quote has closed it, and rows between are gone
                    self.broken = True
                    self._report.error("csv.unclosed_quote", self._file, self._record)
                elif fault:
                    self._report.deviation(fault, self._file, self._record)

    def _first(self, line: str) -> str:
        if line.endswith("\r"):
            self._report.deviation("csv.bare_carriage_return", self._file, 1)
        if line.startswith(_BOM):
            self._report.deviation("csv.byte_order_mark", self._file, 1)
        return line.removeprefix(_BOM)

    def _refuse_encoding(self, *, utf16: bool) -> None:
        self._report.error("csv.invalid_utf8", self._file)
        seen = "UTF-16 («Текст Юникод» из Excel)" if utf16 else "скорее всего Windows-1251"
        raise UnusableInput(
            f"{self._file}: файл не в UTF-8, {seen}. Сохраните файлы в UTF-8 («CSV UTF-8») и загрузите снова."
        )


def _scan(line: str, is_open: bool) -> tuple[bool, str]:
    """Walk one line as csv.reader does: whether a quoted field is open at its end, and the first fault in it."""
    fault = ""
    start = 0
    if is_open:
        closing = _CLOSING.match(line)
        if closing is None:
            return True, ""
        start = closing.end()
        if start < len(line) and line[start] not in ",\r\n":
            fault = "csv.unexpected_character_after_quote"
        start = _rest(line, start)
    while (match := _FIELDS.match(line, start)) and (end := match.end()) < len(line) and line[end] not in "\r\n":
        if line[end] == '"' and (end == 0 or line[end - 1] == ","):
            return True, fault
        fault = fault or ("csv.unescaped_quote" if line[end] == '"' else "csv.unexpected_character_after_quote")
        start = _rest(line, end)
        if start == len(line):
            break
    return False, fault


def _rest(line: str, start: int) -> int:
    """Where the field after this one begins: quotes up to the next comma are plain characters to csv.reader."""
    match = _REST.match(line, start)
    end = match.end() if match else start
    return end + 1 if line[end : end + 1] == "," else len(line)
