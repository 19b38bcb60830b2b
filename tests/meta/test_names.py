"""Modules are called by what they are about, never by a drawer to put things into."""

from __future__ import annotations

import re
from pathlib import Path

from tests.meta.tree import ROOT, code

DRAWER = re.compile(r"(^|_)(utils?|helpers?|services?|managers?)(_|$)")


def drawers(paths: list[Path]) -> list[str]:
    return [path.as_posix() for path in paths if any(DRAWER.search(part) for part in path.with_suffix("").parts)]


def test_no_module_is_a_drawer() -> None:
    assert drawers([path.relative_to(ROOT) for path in code()]) == []


def test_a_drawer_is_found() -> None:
    bad = [Path("peremena/utils.py"), Path("peremena/services/__init__.py"), Path("tests/test_helpers.py")]
    good = [Path("peremena/sync/planning.py"), Path("tests/core/test_titles.py"), Path("peremena/utilisation.py")]
    assert drawers([*bad, *good]) == [path.as_posix() for path in bad]
