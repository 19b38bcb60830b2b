"""The files of the project, as git sees them: what is tracked, and what is new and not ignored."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(suffix: str = "") -> tuple[Path, ...]:
    """Skips the test where the project is not a git checkout."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout: there is no list of files to look at")
    found = (ROOT / name for name in sorted({*listed.split("\0")} - {""}) if name.endswith(suffix))
    return tuple(path for path in found if path.is_file())


def code() -> list[Path]:
    """Our Python, tests included, migrations left out: Django writes those."""
    return [path for path in files(".py") if "migrations" not in path.parts]


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of every file that is text."""
    for path in files():
        try:
            yield shown(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and number of lines, from `def` to the end, of every function and method."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
