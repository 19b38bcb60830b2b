"""core knows values only: the standard library without its clock, chance, network and disk, and core itself."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.meta.tree import ROOT, shown

CORE = sorted((ROOT / "peremena" / "core").rglob("*.py"))
IMPURE = {"asyncio", "http", "io", "os", "pathlib", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess"}
IMPURE |= {"tempfile", "threading", "time", "urllib"}
PURE = sys.stdlib_module_names - IMPURE
CLOCK = {"now", "utcnow", "today", "time", "monotonic"}
DISK = {"open", "input", "print", "__import__", "eval", "exec"}


def impurities(source: str) -> list[str]:
    """Imports of anything but pure standard library and core; calls that ask the clock or the disk."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                found += [alias.name for alias in names if not _pure(alias.name)]
            case ast.ImportFrom(module, _, level) if level or not _pure(module or ""):
                found.append(module or "." * level)
            case ast.Call(ast.Attribute(_, name)) if name in CLOCK:
                found.append(name)
            case ast.Call(ast.Name(name)) if name in DISK:
                found.append(name)
    return found


def _pure(module: str) -> bool:
    return module.startswith("peremena.core.") or module.partition(".")[0] in PURE


@pytest.mark.parametrize("path", CORE, ids=shown)
def test_a_file_of_core_is_pure(path: Path) -> None:
    assert impurities(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "import django",
        "from django.db import models",
        "from peremena.school import models",
        "from peremena.corex import y",
        "from . import titles",
        "import time",
        "def f():\n    import socket",
        "from datetime import date\ndate.today()",
        "open('x')",
    ],
)
def test_what_is_impure_is_found(source: str) -> None:
    assert impurities(source) != []


def test_what_is_pure_is_let_be() -> None:
    assert impurities("import re\nfrom datetime import date\nfrom peremena.core.state import percent\nlen('x')") == []
