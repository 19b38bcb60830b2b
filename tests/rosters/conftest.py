"""Packages written into a folder of the test's own, read strictly or leniently."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from peremena.rosters import Reading
from tests.rosters.packages import ReadFiles, Tables, read_anyway, school, texts, write_zip


@pytest.fixture
def read_files(tmp_path: Path) -> ReadFiles:
    """Zip the given files and read them."""

    def run(files: Mapping[str, str | bytes], *, strict: bool = False) -> Reading:
        return read_anyway(write_zip(tmp_path / "package.zip", files), strict=strict)

    return run


@pytest.fixture
def read_tables(read_files: ReadFiles) -> ReadFiles:
    """Read a package of these tables, in the standard's own form."""

    def run(tables: Tables, *, version: str = "1.2", mode: str = "bulk", strict: bool = False) -> Reading:
        return read_files(texts(tables, version, mode), strict=strict)

    return run


@pytest.fixture
def read_with(read_tables: ReadFiles) -> ReadFiles:
    """Read the sound school with cells of one row changed: file, place of the row, cells."""

    def run(file: str, place: int, *, version: str = "1.2", strict: bool = False, **cells: str) -> Reading:
        tables = school(version)
        tables[file][place] |= cells
        return read_tables(tables, version=version, strict=strict)

    return run
