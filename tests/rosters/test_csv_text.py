"""Encoding, quotes and widths: what Python's csv would let pass."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peremena.rosters import UnusableRoster, read
from peremena.rosters.csv_text import CsvRows
from peremena.rosters.problems import Report
from tests.rosters.packages import ReadFiles, found, school, texts, write_zip

FAULTS = {
    'a,b"c,d': "csv.unescaped_quote",
    'a,b"c"': "csv.unescaped_quote",
    'a"": b,c': "csv.unescaped_quote",
    '"a"b,c': "csv.unexpected_character_after_quote",
    '"a" ,c': "csv.unexpected_character_after_quote",
    'a, "b"': "csv.unescaped_quote",
}
SOUND = ["a,b", '"a,b",c', '"a ""b"" c",d', '"",""', '""""', ",", '"a\nb",c', '"a""\n""b",c']


def _rows(text: str, *, size: int = 3) -> tuple[list[list[str]], list[tuple[str, int | None]], bool]:
    report = Report(strict=True)
    rows = CsvRows(io.BytesIO(text.encode()), "a.csv", report)
    records = [record for chunk in rows.chunks(size) for record in chunk]
    return records, [(problem.code, problem.row) for problem in report.problems()], rows.broken


@pytest.mark.parametrize("line", FAULTS)
def test_a_stray_quote_is_told_with_its_row(line: str) -> None:
    assert _rows(f"x,y\r\n{line}\r\nz,z\r\n")[1:] == ([(FAULTS[line], 2)], False)


@pytest.mark.parametrize("line", SOUND)
def test_quotes_in_their_place_are_no_problem(line: str) -> None:
    assert _rows(f"x,y\r\n{line}\r\nz,z\r\n")[1:] == ([], False)


@pytest.mark.parametrize("line", FAULTS)
def test_a_stray_quote_does_not_hide_one_further_down(line: str) -> None:
    text = f'{line}\n"sound ""one"" over\ntwo lines",x\n{line}\n'
    assert _rows(text)[1] == [(FAULTS[line], 1), (FAULTS[line], 3)]


def test_a_quote_that_is_never_closed_breaks_the_file_and_swallows_no_row() -> None:
    records, problems, broken = _rows('x,y\na,b\n"c,d\ne,f\n')
    assert (records, problems, broken) == ([["x", "y"], ["a", "b"]], [("csv.unclosed_quote", 3)], True)


def test_a_quote_that_only_the_next_stray_one_closes_breaks_the_file_too() -> None:
    assert _rows('x,y\n"a,b\nc,d\ne,"f"\ng,h\n')[1:] == ([("csv.unclosed_quote", 2)], True)


def test_an_unclosed_quote_before_very_many_rows_breaks_the_file_as_well() -> None:
    records, problems, broken = _rows('x,y\n"c,d\n' + "e,f\n" * 100_000)
    assert (records, problems, broken) == ([["x", "y"]], [("csv.unclosed_quote", 2)], True)


def test_a_cell_too_large_for_any_roster_breaks_the_file() -> None:
    assert _rows("x,y\n" + "z" * 200_000 + "\n")[1:] == ([("csv.field_too_large", None)], True)


@given(st.lists(st.lists(st.text(alphabet='ab", \nя', max_size=6), min_size=2, max_size=2), max_size=8))
def test_whatever_csv_writes_is_read_back_without_a_problem(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert _rows(text.getvalue()) == (rows, [], False)


@given(st.text(alphabet='a",\n', max_size=40))
def test_quotes_are_faulty_exactly_where_the_standard_has_no_place_for_them(text: str) -> None:
    records, problems, broken = _rows(text)
    assert bool(problems) == _faulty(text)
    if not broken:
        assert records == list(csv.reader(io.StringIO(text, newline="")))


def _faulty(text: str) -> bool:
    """RFC 4180 by the character: a quote opens a field at its start, doubles itself or closes; nothing follows it."""
    state = "start"
    for character in text:
        if state == "quoted":
            state = "after" if character == '"' else "quoted"
        elif character in ",\n":
            state = "start"
        elif state == "start":
            state = "quoted" if character == '"' else "plain"
        elif state == "after" and character == '"':
            state = "quoted"
        elif state == "after" or character == '"':
            return True
    return state == "quoted"


@pytest.mark.parametrize(
    ("encoding", "seen"), [("cp1251", "Windows-1251"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")]
)
@pytest.mark.parametrize("name", ["manifest.csv", "users.csv"])
def test_another_encoding_is_refused_with_the_files_name_and_the_way_out(
    tmp_path: Path, encoding: str, seen: str, name: str
) -> None:
    files: dict[str, str | bytes] = {**texts(school())}
    files[name] = texts(school())["users.csv"].encode(encoding)
    with pytest.raises(UnusableRoster, match=rf"{name}: файл не в UTF-8, .*{seen}.*Сохраните файлы в UTF-8") as refusal:
        read(write_zip(tmp_path / "a.zip", files))
    assert found(refusal.value.reading) == [("csv.invalid_utf8", name, None, None)]


def test_a_bad_byte_far_from_the_beginning_is_seen(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**texts(school())}
    files["orgs.csv"] = texts(school())["orgs.csv"].encode() + b"a,,,n,school,,\r\n" * 10_000 + b"\xc0\xe1,,,,,,\r\n"
    with pytest.raises(UnusableRoster, match=r"orgs\.csv: файл не в UTF-8"):
        read(write_zip(tmp_path / "a.zip", files))


def test_a_byte_order_mark_is_a_deviation_and_is_not_part_of_the_header(read_files: ReadFiles) -> None:
    files: dict[str, str | bytes] = {name: text.encode("utf-8-sig") for name, text in texts(school()).items()}
    for strict in (False, True):
        reading = read_files(files, strict=strict)
        assert [problem[0] for problem in found(reading)] == ["csv.byte_order_mark"] * len(files)
        assert (reading.errors > 0, len(reading.roster.people)) == (strict, 4)


def test_a_file_faulty_as_csv_is_judged_as_csv_only(read_files: ReadFiles) -> None:
    files = texts(school())
    files["users.csv"] = 'sourcedId,username\r\npupil,bad"quote\r\n'
    assert found(read_files(files, strict=True)) == [("csv.unescaped_quote", "users.csv", 2, None)]


def test_leniently_a_stray_quote_is_part_of_the_name(read_files: ReadFiles) -> None:
    files = texts(school())
    files["orgs.csv"] = files["orgs.csv"].replace(",Школа,", ',Школа "Надежда",')
    reading = read_files(files)
    assert (found(reading), reading.errors) == ([("csv.unescaped_quote", "orgs.csv", 3, None)], 0)
    assert reading.roster.organizations[1].name == 'Школа "Надежда"'


def test_a_broken_file_that_is_needed_makes_the_roster_unusable(tmp_path: Path) -> None:
    files = texts(school())
    files["users.csv"] = files["users.csv"].replace(",Анна,", ',"Анна,')
    with pytest.raises(UnusableRoster, match=r"users\.csv: файл не разбирается"):
        read(write_zip(tmp_path / "a.zip", files))


def test_semicolons_instead_of_commas_are_named(read_files: ReadFiles) -> None:
    files = texts(school())
    files["orgs.csv"] = files["orgs.csv"].replace(",", ";")
    assert found(read_files(files))[0] == ("csv.wrong_delimiter", "orgs.csv", 1, None)


@pytest.mark.parametrize(
    ("line", "lenient_errors", "people"),
    [("", 0, 4), ("x,,", 4, 4), ("x,,,true,x,,Имя,Фамилия", 0, 5), ("x,,,true,x,,Имя,Фамилия" + "," * 40, 0, 5),
     ("x,,,true,x,,Имя,Фамилия" + "," * 40 + "extra", 1, 4)],
)  # fmt: skip
def test_rows_of_another_width(read_files: ReadFiles, line: str, lenient_errors: int, people: int) -> None:
    files = texts(school())
    files["users.csv"] += f"{line}\r\n"
    lenient, strict = read_files(files), read_files(files, strict=True)
    assert (lenient.errors, len(lenient.roster.people)) == (lenient_errors, people)
    assert found(strict) == [("row.width_mismatch", "users.csv", 6, None)]
