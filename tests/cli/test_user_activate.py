"""Codes for the first sign-in from the command line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from io import StringIO

from tests.cli.commands import Commands, Said

HEAD = ["school", "class", "role", "name", "code", "valid_until"]


def table(said: Said) -> list[list[str]]:
    head, *found = csv.reader(StringIO(said.out), delimiter=";")
    assert (said.code, head) == (0, HEAD), said
    return found


def test_codes_are_printed_once_for_whoever_has_none(peremena: Commands, school: Callable[[str], str]) -> None:
    key = school("activating")
    activate = ("user", "activate", "--school", key)
    of_class = table(peremena(*activate, "--class", " 2а"))
    assert {row[1] for row in of_class} == {"2А"}
    assert len(of_class) == 12  # six pupils, a mother of each
    rest = table(peremena(*activate))
    assert [len([row for row in rest if row[1] == group]) for group in ("Сотрудники", "1А", "2А")] == [4, 12, 0]
    assert all(re.fullmatch(r"([2-9CHKMPTX]{4}-){3}[2-9CHKMPTX]{4}", row[4]) for row in of_class + rest)
    assert {row[0] for row in of_class + rest} == {key}
    said = peremena(*activate)
    assert (table(said), said.err) == ([], [line for line in said.err if "выдано кодов: 0" in line])
    again = table(peremena(*activate, "--again"))
    assert len(again) == len(of_class) + len(rest) == 52
    assert not {row[4] for row in again} & {row[4] for row in of_class + rest}


def test_among_several_schools_one_has_to_be_named(peremena: Commands, school: Callable[[str], str]) -> None:
    school("one-of-several")
    said = peremena("user", "activate")
    assert (said.code, said.out) == (2, "")
    assert said.complaint.startswith("Школ несколько, назовите одну: --school KEY; есть: ")


def test_an_unknown_class_is_told_with_those_there_are(peremena: Commands, school: Callable[[str], str]) -> None:
    said = peremena("user", "activate", "--school", school("classes-told"), "--class", "11Ю")
    assert (said.code, said.out, said.complaint) == (2, "", "--class 11Ю: такого класса нет; есть: 1А, 2А, 3А, 4А.")
