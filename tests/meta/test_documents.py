"""Papers cannot lie: what can be checked in them is checked."""

import re
from pathlib import Path

from peremena.cli.main import COMMANDS

ROOT = Path(__file__).parents[2]


def read_by_settings(source: str) -> set[str]:
    return set(re.findall(r'setting\("(\w+)"', source))


def documented(paper: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", paper, flags=re.MULTILINE))


def told_in_settings_paper() -> set[str]:
    return documented((ROOT / "docs/settings.md").read_text(encoding="utf-8"))


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    read = read_by_settings((ROOT / "peremena/settings.py").read_text(encoding="utf-8"))
    elsewhere = {"PEREMENA_DATA", "PEREMENA_PG_BIN"}
    assert told_in_settings_paper() == read | elsewhere


def test_an_undocumented_setting_would_be_noticed() -> None:
    assert read_by_settings('setting("PEREMENA_NEW")') - told_in_settings_paper() == {"PEREMENA_NEW"}


def test_the_readme_names_every_command_of_the_command_line() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`peremena (\w+)", readme))
    assert told == set(COMMANDS)


def test_the_readme_shows_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [line for line in readme.splitlines() if line in {"make demo", "make test"}] == ["make demo", "make test"]


def test_every_target_the_papers_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    papers = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"))
    named = set(re.findall(r"`make ([a-z]+)", papers))
    assert named
    assert named <= targets
