"""Very bad rosters: they are counted, not kept, and refused when most of a needed file is no use."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peremena.rosters import Severity, UnusableRoster, read
from peremena.rosters.problems import KEPT, Report
from tests.rosters.packages import ReadFiles, big_package, found, read_anyway, school, texts, write_zip


def test_more_problems_than_are_kept_are_still_counted(tmp_path: Path) -> None:
    reading = read_anyway(big_package(tmp_path / "a.zip", 3 * KEPT, bad=True))
    assert (reading.problems_total, len(reading.problems)) == (3 * KEPT, KEPT)
    assert found(reading)[-1] == ("row.invalid_enum", "enrollments.csv", KEPT + 1, "role")


def test_errors_are_kept_before_warnings() -> None:
    report = Report(strict=False)
    report.add(Severity.WARNING, "row.a", "a.csv", range(2, 2 + 2 * KEPT), None)
    report.add(Severity.ERROR, "row.b", "b.csv", (2,), None)
    kept = report.problems()
    assert (len(kept), kept[-1].code, report.errors, report.warnings) == (KEPT, "row.b", 1, 2 * KEPT)


def test_absorbing_a_report_adds_its_counts_and_keeps_no_more_than_allowed() -> None:
    whole, part = Report(strict=True), Report(strict=True)
    for report in (whole, part):
        report.add(Severity.ERROR, "row.a", "a.csv", range(KEPT - 1), None)
    whole.absorb(part)
    assert (whole.errors, len(whole.problems())) == (2 * KEPT - 2, KEPT)


def _pupils(bad: int, good: int) -> dict[str, str]:
    tables = school()
    pupil = tables["enrollments.csv"][0]
    rows = [pupil | {"sourcedId": f"bad{number}", "role": "?"} for number in range(bad)]
    tables["enrollments.csv"] = rows + [pupil | {"sourcedId": f"good{number}"} for number in range(good)]
    return texts(tables)


def test_a_needed_file_with_more_than_half_its_rows_bad_is_refused_with_all_it_says(tmp_path: Path) -> None:
    with pytest.raises(UnusableRoster, match=r"enrollments\.csv: негодны 4 из 7 строк, больше половины") as refusal:
        read(write_zip(tmp_path / "a.zip", _pupils(4, 3)))
    reading = refusal.value.reading
    assert (reading.errors, reading.roster.counts()["enrollments"], reading.format) == (4, 3, "oneroster-1.2")


def test_half_the_rows_bad_is_not_yet_too_much(tmp_path: Path) -> None:
    reading = read(write_zip(tmp_path / "a.zip", _pupils(3, 3)))
    assert (reading.errors, reading.roster.counts()["enrollments"]) == (3, 3)


def test_an_optional_file_may_be_wholly_bad(tmp_path: Path) -> None:
    tables = school() | {"demographics.csv": [{"sourcedId": "nobody"}]}
    assert read(write_zip(tmp_path / "a.zip", texts(tables))).errors == 1


def test_a_file_with_no_rows_is_a_file_that_says_so(read_files: ReadFiles) -> None:
    reading = read_files(texts(school() | {"enrollments.csv": []}), strict=True)
    assert (found(reading), reading.roster.enrollments) == ([], ())
    assert "enrollments.csv" in reading.roster.files


def test_progress_is_told_file_by_file_up_to_the_last_row(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    read(big_package(tmp_path / "a.zip", 5_000), progress=lambda file, rows: told.append((file, rows)))
    last = dict(told)
    assert list(last) == [
        *("orgs.csv", "academicSessions.csv", "courses.csv", "classes.csv", "users.csv"),
        *("roles.csv", "enrollments.csv"),
    ]
    assert (last["users.csv"], last["enrollments.csv"]) == (500, 5_000)
    steps = [rows for file, rows in told if file == "enrollments.csv"]
    assert steps == sorted(set(steps))
    assert len(told) > len(last)


def test_reading_leaves_the_garbage_collector_as_it_was(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", texts(school()))
    read(path)
    assert gc.isenabled()
    gc.disable()
    try:
        read(path)
        assert not gc.isenabled()
    finally:
        gc.enable()


TROUBLE = [b"", b'"', b"\0", b"\xff", b",", b"\r", b"\n", b",,,,,", b'"\n"', b"\xd0\xaf", b";", b"{", b"\xef\xbb\xbf"]
SPOILT = st.tuples(
    st.sampled_from(sorted({"manifest.csv", *school()})),
    st.floats(0, 1, exclude_max=True),
    st.integers(0, 60),
    st.sampled_from(TROUBLE),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoilt=st.lists(SPOILT, max_size=6), strict=st.booleans())
def test_whatever_happens_to_the_bytes_a_roster_is_read_or_refused(
    read_files: ReadFiles, spoilt: list[tuple[str, float, int, bytes]], strict: bool
) -> None:
    files = {name: text.encode() for name, text in texts(school()).items()}
    for name, place, length, put in spoilt:
        raw = files[name]
        start = int(len(raw) * place)
        files[name] = raw[:start] + put + raw[start + length :]
    reading = read_files(files, strict=strict)
    assert not strict or reading.warnings == 0
    known = {person.key for person in reading.roster.people}
    assert {record.person for record in reading.roster.enrollments} <= known
    assert {record.guardian for record in reading.roster.guardianships} <= known


def test_a_refusal_names_the_file_that_is_not_there(tmp_path: Path) -> None:
    tables = school()
    del tables["courses.csv"]
    with pytest.raises(
        UnusableRoster, match=r"classes\.csv: негодны 2 из 2 строк, больше половины \(нет courses\.csv\)"
    ):
        read(write_zip(tmp_path / "a.zip", texts(tables)))
