"""Small files, small functions. The ten largest of each are printed (pytest -rP), before they reach the wall."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.meta.tree import ROOT, code, functions, shown

FILE, FUNCTION, FUNCTION_OF_CORE = 300, 50, 25
CORE = ROOT / "peremena" / "core"


def too_big(sizes: dict[str, int], limit: int) -> list[str]:
    """Prints the ten largest; returns what is over the limit."""
    largest = sorted(sizes.items(), key=lambda one: -one[1])
    for name, size in largest[:10]:
        sys.stdout.write(f"{size:4} of {limit}  {name}\n")
    return [f"{name}: {size}" for name, size in largest if size > limit]


def sizes_of_functions(paths: list[Path]) -> dict[str, int]:
    return {
        f"{shown(path)}::{name}": size
        for path in paths
        for name, size in sorted(functions(path.read_text(encoding="utf-8")), key=lambda one: one[1])
    }


def test_no_file_is_long() -> None:
    assert too_big({shown(path): len(path.read_bytes().splitlines()) for path in code()}, FILE) == []


def test_no_function_is_long() -> None:
    assert too_big(sizes_of_functions(code()), FUNCTION) == []


def test_the_functions_of_core_are_shorter_still() -> None:
    assert too_big(sizes_of_functions([path for path in code() if CORE in path.parents]), FUNCTION_OF_CORE) == []


def test_what_is_too_big_is_found() -> None:
    source = "class A:\n    async def long(self):\n" + "        pass\n" * 30 + "def short(): ...\n"
    found = dict(functions(source))
    assert found == {"long": 31, "short": 1}
    assert too_big(found, 30) == ["long: 31"]
    assert too_big(found, 31) == []
