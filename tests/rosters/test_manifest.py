"""The manifest: what it must say, and what is made of it when it does not."""

from __future__ import annotations

import pytest

from tests.rosters.packages import ReadFiles, changed, found, school, texts


def _with_manifest(old: str, new: str) -> dict[str, str]:
    files = texts(school())
    assert old in files["manifest.csv"]
    return files | {"manifest.csv": files["manifest.csv"].replace(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "code", "row", "field"),
    [
        ("manifest.version,1.0\r\n", "", "manifest.missing_property", None, "manifest.version"),
        ("manifest.version,1.0", "manifest.version,2.0", "manifest.invalid_manifest_version", 2, "manifest.version"),
        ("version,1.2", "version,1.2.1", "manifest.invalid_oneroster_version", 3, "oneroster.version"),
        ("propertyName,value", "name,value", "manifest.invalid_header", 1, None),
        ("version,1.0", "version,1.0,", "manifest.row_width_mismatch", 2, None),
        ("version,1.0", "version,1.0\r\nmanifest.version,1.0", "manifest.duplicate_property", 3, None),
        ("version,1.0", "version,1.0\r\nvendor.note,x", "manifest.unknown_property", 3, None),
        ("file.results,absent\r\n", "", "manifest.missing_property", None, "file.results"),
        ("file.orgs,bulk", "file.orgs,", "manifest.invalid_file_mode", 4, "file.orgs"),
        ("file.orgs,bulk", "file.orgs,Bulk", "manifest.invalid_file_mode", 4, "file.orgs"),
    ],
)
def test_each_deviation_of_a_manifest_is_told_and_survived(
    read_files: ReadFiles, old: str, new: str, code: str, row: int | None, field: str | None
) -> None:
    files = _with_manifest(old, new)
    lenient, strict = read_files(files), read_files(files, strict=True)
    assert (found(lenient), lenient.errors, len(lenient.roster.people)) == ([(code, "manifest.csv", row, field)], 0, 4)
    assert (found(strict), strict.errors) == ([(code, "manifest.csv", row, field)], 1)


def test_a_package_without_a_manifest_is_refused(read_files: ReadFiles) -> None:
    files = texts(school())
    del files["manifest.csv"]
    assert found(read_files(files)) == [("package.missing_manifest", "manifest.csv", None, None)]


@pytest.mark.parametrize("version", ["1.0", "2.0", ""])
def test_a_version_that_we_do_not_know_is_refused(read_files: ReadFiles, version: str) -> None:
    reading = read_files(_with_manifest("oneroster.version,1.2", f"oneroster.version,{version}"))
    assert found(reading) == [("manifest.invalid_oneroster_version", "manifest.csv", 3, "oneroster.version")]


def test_a_promised_file_that_is_not_there_is_an_error_and_no_opinion(read_files: ReadFiles) -> None:
    files = texts(school())
    del files["enrollments.csv"]
    reading = read_files(files)
    assert (found(reading), reading.errors) == ([("manifest.file_missing", "enrollments.csv", None, None)], 1)
    assert "enrollments.csv" not in reading.roster.files


def test_a_file_marked_absent_is_not_read_even_when_it_lies_there(read_files: ReadFiles) -> None:
    reading = read_files(_with_manifest("file.enrollments,bulk", "file.enrollments,absent"))
    assert found(reading) == [("manifest.file_unexpected", "enrollments.csv", None, None)]
    assert (reading.warnings, reading.roster.enrollments) == (1, ())


def test_the_files_of_a_roster_are_those_that_were_read(read_files: ReadFiles) -> None:
    assert read_files(texts(school())).roster.files == set(school())


def test_one_delta_file_makes_the_package_a_delta(read_files: ReadFiles) -> None:
    assert read_files(texts(changed(school()), mode="delta")).mode == "delta"
    assert read_files(texts(school())).mode == "bulk"


def test_the_source_is_the_system_code_then_the_roots_identifier_then_its_id(read_files: ReadFiles) -> None:
    tables = school()
    sources = [read_files(texts(tables, source__systemCode="erp-1")).roster.source]
    sources.append(read_files(texts(tables)).roster.source)
    tables["orgs.csv"][0]["identifier"] = ""
    sources.append(read_files(texts(tables)).roster.source)
    assert sources == ["erp-1", "R-1", "region"]
