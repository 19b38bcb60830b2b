"""What cannot work: exit 2, one clear line, JSON all the same, nothing half-written."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Commands, Said, faults
from tests.cli.packages import write_school
from tests.database import _KEYS as KEYS

EMPTY_COUNTS = dict.fromkeys(
    ("schools", "classes", "groups", "subjects", "students", "guardians", "staff", "teachers", "enrollments"), 0
)


def not_a_zip(path: Path) -> None:
    path.write_text("это не архив", encoding="utf-8")


def half_a_zip(path: Path) -> None:
    write_school(path, "bad-input")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def without_users(path: Path) -> None:
    whole = write_school(path.with_suffix(".whole"), "bad-input")
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            if name != "users.csv":
                target.writestr(name, source.read(name))


def mostly_bad(path: Path) -> None:
    write_school(path, "bad-input", bad_roles=40)


def delta(path: Path) -> None:
    write_school(path, "bad-input", mode="delta")


def missing(path: Path) -> None:
    """Nothing is written: there is no such file."""


@pytest.mark.parametrize("write", [not_a_zip, half_a_zip, without_users, mostly_bad, delta, missing])
def test_a_file_nobody_can_use_is_refused_in_one_line_and_changes_nothing(
    peremena: Commands, tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / "roster.zip")
    said = peremena("roster", tmp_path / "roster.zip", "--apply", "--json")
    assert (said.code, said.json["changes"], said.json["fingerprint"], faults("roster", said.json)) == (
        2,
        None,
        None,
        [],
    )
    assert said.complaint
    keys = {school["key"] for school in peremena("status", "--json").json["schools"]}
    assert "bad-input" not in keys


def test_what_cannot_be_opened_has_empty_counts(tmp_path: Path) -> None:
    said = Commands(PEREMENA_DATA=str(tmp_path))("roster", tmp_path / "nothing.zip", "--json")
    assert (said.code, said.json) == (
        2,
        {
            "format": "",
            "counts": EMPTY_COUNTS,
            "problems": [],
            "problems_total": 0,
            "changes": None,
            "fingerprint": None,
        },
    )


def test_strict_refuses_whatever_strays_from_the_standard_and_applies_nothing(
    peremena: Commands, tmp_path: Path
) -> None:
    path = write_school(tmp_path / "roster.zip", "strict", bad_roles=1)
    lenient = peremena("roster", path, "--json")
    assert (lenient.code, lenient.json["problems_total"], faults("roster", lenient.json)) == (1, 1, [])
    strict = peremena("roster", path, "--strict", "--apply", "--json")
    assert (strict.code, strict.json["changes"], faults("roster", strict.json)) == (2, None, [])
    assert "с --strict это отказ" in strict.complaint
    assert "strict" not in {school["key"] for school in peremena("status", "--json").json["schools"]}
    assert peremena("roster", write_school(tmp_path / "sound.zip", "strict"), "--strict").code == 0


def test_without_a_database_a_roster_is_read_and_its_changes_are_unknown(tmp_path: Path) -> None:
    path = write_school(tmp_path / "roster.zip", "no-database")
    said = Commands(PEREMENA_DATA=str(tmp_path / "data"))("roster", path, "--json")
    assert (said.code, said.json["counts"]["students"], said.json["changes"]) == (0, 24, None)
    assert "Базы нет, поэтому изменения не показаны, только то, что в файле." in said.err
    assert faults("roster", said.json) == []


def test_what_a_file_of_changes_would_change_is_not_guessed(peremena: Commands, tmp_path: Path) -> None:
    said = peremena("roster", write_school(tmp_path / "delta.zip", "changes", mode="delta"), "--json")
    assert (said.code, said.json["counts"]["students"], said.json["changes"], faults("roster", said.json)) == (
        0,
        24,
        None,
        [],
    )
    assert "Файл вида «delta» (только изменения): что он изменит, не показано." in said.err


COMMANDS = [("plan", ["plan", "--json"]), ("sync", ["sync", "--json"]), ("status", ["status", "--json"])]


@pytest.mark.parametrize(("schema", "arguments"), [*COMMANDS, (None, ["doctor"]), (None, ["people", "--linked"])])
def test_without_a_database_every_command_says_how_to_start_one(
    tmp_path: Path, schema: str | None, arguments: list[str]
) -> None:
    said = Commands(PEREMENA_DATA=str(tmp_path))(*arguments)
    assert (said.code, said.complaint) == (
        2, "База не запущена: нужен «peremena demo» или «peremena run» (папка в PEREMENA_DATA) либо DATABASE_URL."
    )  # fmt: skip
    assert faults(schema, said.json) == [] if schema else said.out == ""


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://nobody@127.0.0.1:{port}/nothing", "База не отвечает: connection failed"),
        ("no-address", "Настройки не читаются: missing"),
    ],
)
def test_a_database_that_does_not_answer_is_told_in_one_line(
    tmp_path: Path, closed_port: int, url: str, words: str
) -> None:
    lost = Commands(PEREMENA_DATA=str(tmp_path), DATABASE_URL=url.format(port=closed_port), **KEYS)
    for schema, arguments in COMMANDS[:2]:
        said = lost(*arguments)
        assert (said.code, len(said.err), faults(schema, said.json)) == (2, 1, [])
        assert said.complaint.startswith(words)


def test_an_unprepared_database_is_told_to_be_prepared(peremena: Commands, database_url: str, tmp_path: Path) -> None:
    empty = {"DATABASE_URL": database_url.replace("/peremena?", "/postgres?")}
    for schema, arguments in (
        ("plan", ["plan"]),
        ("roster", ["roster", write_school(tmp_path / "roster.zip", "early")]),
    ):
        said = peremena(*arguments, "--json", **empty)
        assert (said.code, faults(schema, said.json)) == (2, [])
        assert said.complaint == "База не подготовлена к этой версии программы: выполните peremena migrate."


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["plan", "--school", "no-such"], "--school no-such: такой школы нет; есть: "),
        (["sync", "--school", "no-such", "--as", "nobody"], "--reason и --as нужны вместе"),
        (["sync", "--reason", "так надо"], "--reason и --as нужны вместе"),
        (["sync", "--reason", "так надо", "--as", "nobody"], "--as nobody: такой учётной записи нет"),
        (["user", "create", "somebody", "--role", "administrator"], "--role administrator: назовите школу"),
        (["user", "activate", "--school", "no-such"], "--school no-such: такой школы нет; есть: "),
        (["user", "activate", "--school", "demonstratsionnaia-oblast"], "--school demonstratsionnaia-oblast: это не школа"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_told_with_the_way_out(peremena: Commands, arguments: list[str], complaint: str) -> None:
    said: Said = peremena(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.complaint.startswith(complaint)


@pytest.mark.parametrize("command", ["run", "demo"])
def test_a_shared_database_needs_keys_from_the_settings(peremena: Commands, tmp_path: Path, command: str) -> None:
    without = {"PEREMENA_DATA": str(tmp_path / "data"), "PEREMENA_SECRET_KEY": "", "PEREMENA_SECRET_KEYS": ""}
    said = peremena(command, "--port", "0", **without)
    assert (said.code, said.complaint) == (
        2,
        "С DATABASE_URL ключи задаются настройками, а PEREMENA_SECRET_KEY и PEREMENA_SECRET_KEYS не заданы; "
        "новый ключ печатает «peremena doctor --new-key».",
    )
    assert not (tmp_path / "data").exists()


def test_pages_are_not_served_with_a_key_that_everybody_knows(peremena: Commands) -> None:
    said = peremena("web", "--port", "0", PEREMENA_SECRET_KEY="not-for-serving")
    assert (said.code, said.complaint) == (
        2, "PEREMENA_SECRET_KEY не задан: с ключом, который знают все, вход мог бы подделать любой."
    )  # fmt: skip


def test_people_are_linked_in_a_stand_in_on_this_machine_only(peremena: Commands) -> None:
    said = peremena("people", "--linked", PEREMENA_VK_API_URL="https://api.vk.example")
    assert (said.code, said.complaint) == (
        2, "https://api.vk.example: это не учебный стенд на этой машине; здесь такое делать нельзя."
    )  # fmt: skip


def test_a_broken_answer_would_be_found() -> None:
    """The control of every `faults(…) == []` above."""
    sound: dict[str, Any] = {"run": 1, "state": "done", "done": 0, "failed": 0, "requests": 0, "seconds": 0.1}
    assert faults("sync", sound) == []
    for broken in (sound | {"state": "fine"}, sound | {"more": 1}, {"run": 1}, sound | {"done": -1}):
        assert faults("sync", broken) != []
