"""Rosters that we did not write. They are not ours to ship: PEREMENA_TEST_ROSTERS names the folder they lie in."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from peremena.rosters import UnusableRoster, read
from peremena.rosters.oneroster.schema import NEIGHBOURS
from tests.rosters.packages import read_anyway

FOLDER = os.environ.get("PEREMENA_TEST_ROSTERS", "")
ROSTERS = Path(FOLDER)
pytestmark = pytest.mark.skipif(not FOLDER, reason="PEREMENA_TEST_ROSTERS does not name a folder of real rosters")


def _conformance() -> list[dict[str, Any]]:
    index = ROSTERS / "oneroster12-conformance" / "index.json"
    return json.loads(index.read_text()) if FOLDER and index.exists() else []


@pytest.mark.parametrize("entry", _conformance(), ids=lambda entry: entry["zip"])
def test_strict_reading_says_what_the_conformance_set_says(entry: dict[str, Any]) -> None:
    reading = read_anyway(ROSTERS / "oneroster12-conformance" / entry["zip"], strict=True)
    expected = Counter(
        (wrong["code"], wrong["file"], wrong.get("row"), wrong.get("field"))
        for wrong in entry["diagnostics"]
        if wrong["file"] not in NEIGHBOURS["1.2"]
    )
    assert Counter((problem.code, problem.file, problem.row, problem.field) for problem in reading.problems) == expected
    assert {problem.severity for problem in reading.problems} <= {"error"}


def test_gradebook_and_resources_files_of_the_conformance_set_are_named_as_not_read() -> None:
    reading = read(ROSTERS / "oneroster12-conformance" / "valid" / "full-bulk-package.zip", strict=True)
    assert reading.not_read == tuple(sorted(NEIGHBOURS["1.2"]))


SCHOOL = {
    "schools": 1,
    "classes": 19,
    "groups": 238,
    "subjects": 127,
    "students": 391,
    "guardians": 660,
    "staff": 60,
    "teachers": 48,
    "enrollments": 4043,
}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("version", ["11", "12"])
def test_a_whole_school_is_read_without_a_problem(version: str, strict: bool) -> None:
    reading = read(ROSTERS / "gibbon-demo" / f"oneroster{version}-clean.zip", strict=strict)
    assert (reading.problems, reading.roster.counts()) == ((), SCHOOL)


def test_both_versions_of_the_school_say_the_same() -> None:
    first, second = (read(ROSTERS / "gibbon-demo" / f"oneroster{version}-clean.zip").roster for version in ("11", "12"))
    assert set(first.guardianships) == set(second.guardianships)
    assert (first.students, first.enrollments, first.classes) == (second.students, second.enrollments, second.classes)


@pytest.mark.parametrize("strict", [False, True])
def test_dangling_rows_of_a_school_are_told_one_by_one_and_the_rest_is_whole(strict: bool) -> None:
    reading = read(ROSTERS / "gibbon-demo" / "oneroster12-dangling.zip", strict=strict)
    assert Counter((problem.code, problem.file, problem.field) for problem in reading.problems) == {
        ("reference.missing_target_record", "classes.csv", "courseSourcedId"): 4,
        ("reference.missing_target_record", "users.csv", "agentSourcedIds"): 12,
        ("reference.missing_target_record", "enrollments.csv", "classSourcedId"): 3,
        ("reference.missing_target_record", "enrollments.csv", "userSourcedId"): 26,
    }
    assert (reading.errors, reading.warnings) == ((45, 0) if strict else (33, 12))
    assert reading.roster.counts() == SCHOOL


@pytest.mark.parametrize(
    ("district", "counts"),
    [
        ("medium", {"schools": 8, "classes": 52, "groups": 312, "subjects": 91, "students": 778, "guardians": 0,
                    "staff": 59, "teachers": 50, "enrollments": 5_810}),
        ("large", {"schools": 20, "classes": 210, "groups": 1_260, "subjects": 91, "students": 4_225, "guardians": 0,
                   "staff": 216, "teachers": 195, "enrollments": 31_045}),
    ],
)  # fmt: skip
def test_a_district_that_strays_from_the_letter_is_read_with_warnings_only(
    district: str, counts: dict[str, int]
) -> None:
    path = ROSTERS / "oneroster11-scale" / f"district_{district}.zip"
    reading = read(path)
    assert (reading.errors, reading.warnings > 0, reading.roster.counts()) == (0, True, counts)
    assert {record.year for record in reading.roster.classes} == {2027}
    assert read_anyway(path, strict=True).errors == reading.warnings


def test_another_makers_files_are_refused_by_name() -> None:
    with pytest.raises(UnusableRoster, match=r"Нет файла manifest\.csv: это не выгрузка OneRoster"):
        read(ROSTERS / "microsoft-sds" / "SDS v2.1")
