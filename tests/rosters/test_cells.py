"""How cells are written: each deviation by its code, and what is made of it leniently."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peremena.rosters.oneroster import lexical
from peremena.rosters.oneroster.lexical import Kind, Verdict
from tests.rosters.packages import ReadFiles, changed, found, school

# file, place of the row, field, cell, code; `meaning` = None where leniently nothing can be made of it
REQUIRED = [
    ("users.csv", "enabledUser", "", "row.missing_required_value"),
    ("users.csv", "givenName", "", "row.missing_required_value"),
    ("users.csv", "familyName", " ", "row.missing_required_value"),
    ("users.csv", "enabledUser", "yes", "row.invalid_boolean"),
    ("users.csv", "sourcedId", "пупил", "row.invalid_guid"),
    ("users.csv", "sourcedId", "a b", "row.invalid_guid"),
    ("users.csv", "sourcedId", "a" * 256, "row.invalid_guid"),
    ("academicSessions.csv", "type", "четверть", "row.invalid_enum"),
    ("academicSessions.csv", "startDate", "01/02/2026", "row.invalid_date"),
    ("academicSessions.csv", "startDate", "2026-02-30", "row.invalid_date"),
    ("orgs.csv", "type", "college", "row.invalid_enum"),
    ("classes.csv", "classType", "ext:", "row.invalid_enum"),
    ("classes.csv", "termSourcedIds", "", "row.missing_required_value"),
    ("classes.csv", "courseSourcedId", "", "row.missing_required_value"),
    ("classes.csv", "termSourcedIds", ",", "row.invalid_list"),
    ("roles.csv", "roleType", "ext:third", "row.invalid_enum"),
    ("enrollments.csv", "role", "pupil", "row.invalid_enum"),
]
UNDERSTOOD = [
    ("users.csv", "enabledUser", "TRUE", "row.invalid_boolean"),
    ("academicSessions.csv", "schoolYear", "2026-2027", "row.invalid_year"),
    ("academicSessions.csv", "schoolYear", "2026/27", "row.invalid_year"),
    ("academicSessions.csv", "schoolYear", "неизвестно", "row.invalid_year"),
    ("academicSessions.csv", "schoolYear", "", "row.missing_required_value"),
    ("academicSessions.csv", "startDate", "01.09.2026", "row.invalid_date"),
    ("academicSessions.csv", "endDate", "31/05/2027", "row.invalid_date"),
    ("academicSessions.csv", "endDate", "5/31/2027", "row.invalid_date"),
    ("classes.csv", "classType", "Homeroom", "row.invalid_enum"),
    ("classes.csv", "termSourcedIds", "term,", "row.invalid_list"),
    ("classes.csv", "termSourcedIds", "term, year", "row.invalid_guid"),
    ("classes.csv", "subjects", "Алгебра", "row.invalid_list"),
    ("classes.csv", "periods", "1,,2", "row.invalid_list"),
    ("users.csv", "userIds", "123", "row.invalid_list"),
    ("users.csv", "userIds", "{a:b:c}", "row.invalid_list"),
    ("enrollments.csv", "role", "guardian", "row.invalid_enum"),
    ("enrollments.csv", "primary", "1", "row.invalid_boolean"),
    ("enrollments.csv", "beginDate", "когда-то", "row.invalid_date"),
    ("roles.csv", "roleType", "Primary", "row.invalid_enum"),
    ("orgs.csv", "status", "active", "row.field_forbidden_in_bulk"),
    ("orgs.csv", "dateLastModified", "2026-09-01", "row.field_forbidden_in_bulk"),
]
SOUND = [
    ("users.csv", "sourcedId", "Aa09./@_-"),
    ("users.csv", "userIds", "{SNILS:11223344595},{LDAP:a}"),
    ("academicSessions.csv", "type", "ext:четверть"),
    ("orgs.csv", "type", "ext:college"),
    ("roles.csv", "role", "ext:psychologist"),
    ("enrollments.csv", "role", "proctor"),
    ("classes.csv", "grades", "07,08"),
]


def _field(row: list[tuple[str, str, int | None, str | None]], file: str, field: str) -> list[str]:
    return [code for code, where, _, name in row if (where, name) == (file, field)]


@pytest.mark.parametrize(("file", "field", "cell", "code"), [*REQUIRED, *UNDERSTOOD])
def test_each_deviation_in_a_cell_is_an_error_in_strict_mode(
    read_with: ReadFiles, file: str, field: str, cell: str, code: str
) -> None:
    reading = read_with(file, 0, strict=True, **{field: cell})
    place = "subjectCodes" if field == "subjects" else field
    assert found(reading)[:1] == [(code, file, 2, place)]
    assert {problem.severity for problem in reading.problems} == {"error"}


@pytest.mark.parametrize(("file", "field", "cell", "code"), REQUIRED)
def test_a_required_cell_that_means_nothing_costs_its_row_leniently(
    read_with: ReadFiles, file: str, field: str, cell: str, code: str
) -> None:
    reading = read_with(file, 0, **{field: cell})
    assert (found(reading)[0], reading.problems[0].severity) == ((code, file, 2, field), "error")


@pytest.mark.parametrize(("file", "field", "cell", "code"), UNDERSTOOD)
def test_what_can_be_understood_or_spared_is_only_a_warning(
    read_with: ReadFiles, file: str, field: str, cell: str, code: str
) -> None:
    reading, sound = read_with(file, 0, **{field: cell}), read_with(file, 0)
    assert {problem.code for problem in reading.problems} == {code}
    assert reading.errors == 0
    assert reading.roster.counts() | {"enrollments": 0, "staff": 0} == sound.roster.counts() | {
        "enrollments": 0,
        "staff": 0,
    }


@pytest.mark.parametrize(("file", "field", "cell"), SOUND)
def test_what_the_standard_allows_is_no_problem(read_with: ReadFiles, file: str, field: str, cell: str) -> None:
    reading = read_with(file, -1, strict=True, **{field: cell})
    assert _field(found(reading), file, field) == []


def test_each_bad_item_of_a_list_is_a_problem_of_its_own(read_with: ReadFiles) -> None:
    reading = read_with("classes.csv", 0, strict=True, termSourcedIds="плохо,term,тоже")
    assert found(reading) == [("row.invalid_guid", "classes.csv", 2, "termSourcedIds")] * 2


def test_the_words_of_1_1_are_closed(read_with: ReadFiles) -> None:
    reading = read_with("users.csv", 2, version="1.1", strict=True, role="ext:psychologist")
    assert found(reading) == [("row.invalid_enum", "users.csv", 4, "role")]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"status": ""}, ("row.field_required_in_delta", "users.csv", 2, "status")),
        ({"dateLastModified": ""}, ("row.field_required_in_delta", "users.csv", 2, "dateLastModified")),
        ({"status": "inactive"}, ("row.invalid_enum", "users.csv", 2, "status")),
        ({"dateLastModified": "2026-09-01"}, ("row.invalid_datetime", "users.csv", 2, "dateLastModified")),
        (
            {"dateLastModified": "2026-09-01T24:00:00.000Z"},
            ("row.invalid_datetime", "users.csv", 2, "dateLastModified"),
        ),
    ],
)
def test_delta_rows_say_when_and_how_they_changed(
    read_tables: ReadFiles, cells: dict[str, str], problem: tuple[str, str, int, str]
) -> None:
    tables = changed(school())
    assert found(read_tables(tables, mode="delta", strict=True)) == []
    tables["users.csv"][0] |= cells
    lenient, strict = read_tables(tables, mode="delta"), read_tables(tables, mode="delta", strict=True)
    assert (found(lenient), lenient.errors) == ([problem], 0)
    assert (found(strict), strict.errors) == ([problem], 1)


@pytest.mark.parametrize("status", ["tobedeleted", "Inactive"])
def test_a_row_that_says_it_is_gone_is_taken_as_absent(read_with: ReadFiles, status: str) -> None:
    reading = read_with("users.csv", 0, status=status)
    assert found(reading) == [("row.field_forbidden_in_bulk", "users.csv", 2, "status")]
    assert [person.key for person in reading.roster.people] == ["brother", "teacher", "mother"]
    assert [record.key for record in reading.roster.enrollments] == ["e2", "e3"]


def test_a_row_marked_for_deletion_in_a_delta_is_no_record(read_tables: ReadFiles) -> None:
    tables = changed(school())
    tables["users.csv"][0]["status"] = "tobedeleted"
    reading = read_tables(tables, mode="delta", strict=True)
    assert (found(reading), len(reading.roster.people)) == ([], 3)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_of_the_standard_is_to_the_standard(day: date) -> None:
    assert lexical.DATE.judge(day.isoformat()) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_in_another_order_is_understood_unless_it_could_be_two(day: date) -> None:
    ambiguous = day.day <= 12 and day.day != day.month
    meant = "" if ambiguous else day.isoformat()
    assert lexical.understood_date(f"{day:%d/%m/%Y}") == meant
    assert lexical.understood_date(f"{day:%m/%d/%Y}") == meant
    assert lexical.understood_date(f"{day:%d.%m.%Y}") == day.isoformat()


@given(st.integers(1000, 2999))
def test_a_school_year_is_the_year_in_which_it_ends(year: int) -> None:
    for text in (f"{year}-{year + 1}", f"{year}/{(year + 1) % 100:02}", f"{year} – {year + 1}"):
        assert lexical.understood_year(text) == str(year + 1)
    assert lexical.understood_year(f"{year}-{year + 2}") == ""


KINDS: dict[str, Kind] = {
    name: getattr(lexical, name)
    for name in ("TEXT", "GUID", "GUIDS", "LIST", "USER_IDS", "BOOLEAN", "DATE", "DATE_TIME", "YEAR", "BLANK")
}
CELLS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet="aZ0.,@{}:- ", max_size=12),
    st.sampled_from(["true", "TRUE", "2026-09-01", "01.09.2026", "2026-13-01", "2027", "{a:b}", "a" * 255, "a" * 256]),
    st.dates().map(date.isoformat),
)


@pytest.mark.parametrize("name", KINDS)
@given(cells=st.lists(CELLS, max_size=6))
def test_a_column_is_clean_exactly_when_each_of_its_cells_is(name: str, cells: list[str]) -> None:
    kind = KINDS[name]
    assert kind.clean(cells) == all(kind.judge(cell) is None for cell in cells if cell)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("BLANK", "DATE_TIME")])
@given(cell=CELLS.filter(bool))
def test_what_a_bad_cell_is_taken_to_mean_is_itself_to_the_standard(name: str, cell: str) -> None:
    verdict = KINDS[name].judge(cell)
    meaning = verdict.meaning if isinstance(verdict, Verdict) else cell
    assert not meaning or KINDS[name].judge(meaning) is None
