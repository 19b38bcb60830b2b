"""Headers: exact in strict mode, and leniently whatever plainly means the same."""

from __future__ import annotations

import pytest

from tests.rosters.packages import ReadFiles, columns, csv_text, found, school, texts


def _orgs(header: list[str], *, cells: dict[str, str] | None = None) -> dict[str, str]:
    """The sound school, its orgs.csv under another header; `cells` maps our names to the header's."""
    names = cells or {}
    rows = [[row.get(names.get(name, name), "") for name in header] for row in school()["orgs.csv"]]
    return texts(school()) | {"orgs.csv": csv_text(header, rows)}


STANDARD = columns("orgs.csv")


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        (STANDARD, []),
        ([*STANDARD, "metadata.ru.inn", "metadata.x"], []),
        (STANDARD[:-1], [("schema.missing_header", "parentSourcedId")]),
        ([*STANDARD, "inn"], [("schema.invalid_metadata_header", "#8")]),
        ([*STANDARD, "metadata."], [("schema.invalid_metadata_header", "#8")]),
        ([*STANDARD, ""], [("schema.empty_header_name", None)]),
        ([*STANDARD, "name"], [("schema.duplicate_header", "name"), ("schema.invalid_metadata_header", "name")]),
        (
            [*STANDARD[:-2], "parentSourcedId", "identifier"],
            [("schema.header_order_mismatch", "identifier"), ("schema.header_order_mismatch", "parentSourcedId")],
        ),
        (
            [*STANDARD[:-1], "metadata.x", "parentSourcedId"],
            [
                ("schema.metadata_column_position", "parentSourcedId"),
                ("schema.invalid_metadata_header", "parentSourcedId"),
            ],
        ),
        (
            [*STANDARD[:-1], "ParentSourcedId"],
            [("schema.missing_header", "parentSourcedId"), ("schema.header_order_mismatch", "parentSourcedId")],
        ),
        ([], [("schema.missing_header", None)]),
    ],
)
def test_a_strict_header_is_the_standards_own(
    read_files: ReadFiles, header: list[str], problems: list[tuple[str, str | None]]
) -> None:
    reading = read_files(_orgs(header), strict=True)
    assert found(reading) == [(code, "orgs.csv", 1, field) for code, field in problems]


@pytest.mark.parametrize(
    ("header", "names", "problems"),
    [
        (STANDARD[::-1], {}, [("schema.header_order_mismatch", None)]),
        (["SourcedID", *STANDARD[1:]], {"SourcedID": "sourcedId"}, [("schema.header_order_mismatch", "sourcedId")]),
        (["id", *STANDARD[1:]], {"id": "sourcedId"}, [("schema.header_order_mismatch", "sourcedId")]),
        ([*STANDARD[:-1], "parentId"], {"parentId": "parentSourcedId"}, [("schema.header_order_mismatch", "parentSourcedId")]),
        ([*STANDARD[:-1], "parntSourceId"], {"parntSourceId": "parentSourcedId"},
         [("schema.header_order_mismatch", "parentSourcedId")]),
        (["sourcedId", *STANDARD[3:]], {}, [("schema.missing_header", "status"), ("schema.missing_header", "dateLastModified")]),
        ([*STANDARD, "inn", "", ""], {},
         [("schema.empty_header_name", None), ("schema.empty_header_name", None), ("schema.invalid_metadata_header", "#8")]),
    ],
)  # fmt: skip
def test_a_lenient_header_may_be_written_in_another_way(
    read_files: ReadFiles, header: list[str], names: dict[str, str], problems: list[tuple[str, str | None]]
) -> None:
    reading = read_files(_orgs(header, cells=names))
    assert found(reading) == [(code, "orgs.csv", 1, field) for code, field in problems]
    assert reading.errors == 0
    assert [(org.key, org.name, org.parent) for org in reading.roster.organizations] == [
        ("region", "Регион", ""),
        ("school", "Школа", "region"),
    ]


def test_a_column_nobody_can_do_without_makes_the_file_unreadable(read_files: ReadFiles) -> None:
    reading = read_files(_orgs([name for name in STANDARD if name != "type"]))
    assert found(reading) == [("schema.missing_header", "orgs.csv", 1, "type")]
    assert reading.errors == 1


def test_a_copy_of_another_file_is_told_and_drags_nothing_else_into_the_report(read_files: ReadFiles) -> None:
    files = texts(school())
    files["roles.csv"] = files["courses.csv"]
    problems = found(read_files(files))
    assert {(code, file) for code, file, _, _ in problems if code != "schema.invalid_metadata_header"} == {
        ("schema.missing_header", "roles.csv"),
    }


def test_a_file_without_a_header_never_shows_whom_it_names(read_files: ReadFiles) -> None:
    files = texts(school())
    files["users.csv"] = "".join(files["users.csv"].splitlines(keepends=True)[1:])
    for strict in (False, True):
        told = str(read_files(files, strict=strict).problems)
        assert not any(word in told for word in ("pupil", "Анна", "Иванова", "Петровна"))


def test_a_header_of_thousands_of_columns_is_refused(read_files: ReadFiles) -> None:
    reading = read_files(_orgs([*STANDARD, *(f"column{number}" for number in range(5_000))]))
    assert found(reading) == [("schema.too_many_columns", "orgs.csv", 1, None)]


def test_columns_of_the_first_oneroster_are_understood(read_files: ReadFiles) -> None:
    files = texts(school())
    old = {"classSourcedId": "classId", "schoolSourcedId": "schoolId", "userSourcedId": "userId"}
    for name, other in old.items():
        files["enrollments.csv"] = files["enrollments.csv"].replace(name, other)
    reading = read_files(files)
    assert found(reading) == [("schema.header_order_mismatch", "enrollments.csv", 1, name) for name in old]
    assert len(reading.roster.enrollments) == 4
