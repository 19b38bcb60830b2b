"""Requirements are exact and hashed, and name no address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.meta.tree import ROOT

EXACT = re.compile(r"[\w.-]+(\[[\w,-]+\])?==\S+( ; [^#]+?)?( --hash=sha256:[0-9a-f]{64})+")
FILES = sorted((ROOT / "requirements").glob("*.txt"))


def loose(text: str) -> list[str]:
    """Lines that are not one exact version with its hashes."""
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    return [line for line in lines if line and not line.startswith("#") and not EXACT.fullmatch(line)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_requirement_is_exact_and_hashed(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert loose(text) == []
    assert "://" not in text


def test_there_are_requirements_for_running_and_for_developing() -> None:
    assert [path.name for path in FILES] == ["dev.txt", "run.txt"]


def test_everything_needed_to_run_is_needed_alike_to_develop() -> None:
    run, dev = (
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / "requirements" / name).read_text(), re.M))
        for name in ("run.txt", "dev.txt")
    )
    assert run - dev == set()


HASH = f"--hash=sha256:{'0' * 64}"


@pytest.mark.parametrize(
    "line",
    ["django", "django==5.2", f"django>=5.2 {HASH}", f"--index-url x\ndjango==5.2 {HASH}", f"django @ file:x {HASH}"],
)
def test_a_loose_requirement_is_found(line: str) -> None:
    assert loose(line) != []


def test_an_exact_requirement_is_no_loose_one() -> None:
    assert loose(f"# why\nuvloop[x]==0.23.0 ; sys_platform != 'win32' \\\n    {HASH} \\\n    {HASH}\n") == []
