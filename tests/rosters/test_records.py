"""What the rows become: classes, groups, staff, families — and what never gets into a record or a problem."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peremena.core.roster import (
    ClassRecord,
    EmploymentRecord,
    EnrollmentRecord,
    EnrollmentRole,
    GroupRecord,
    GuardianshipRecord,
    OrganizationKind,
    OrganizationRecord,
    PersonRecord,
    RosterFile,
    SessionRecord,
    SubjectRecord,
)
from tests.rosters.packages import ReadFiles, found, school

YEAR = (date(2026, 9, 1), date(2027, 5, 31))
STUDENT, TEACHER = EnrollmentRole.STUDENT, EnrollmentRole.TEACHER


def _person(key: str, given: str) -> PersonRecord:
    return PersonRecord(key, "Иванова", given, "Петровна", enabled=True, strong_ids=())


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_school_comes_out_whole(read_tables: ReadFiles, version: str) -> None:
    assert read_tables(school(version), version=version).roster == RosterFile(
        format=f"oneroster-{version}",
        mode="bulk",
        source="R-1",
        files=frozenset(school(version)),
        organizations=(
            OrganizationRecord("region", "Регион", OrganizationKind.REGION, "R-1", ""),
            OrganizationRecord("school", "Школа", OrganizationKind.SCHOOL, "", "region"),
        ),
        sessions=(
            SessionRecord("year", "Год", "schoolYear", *YEAR, "", 2027),
            SessionRecord("term", "Год", "term", *YEAR, "year", 2027),
        ),
        subjects=(SubjectRecord("algebra", "Алгебра", "A", "school"),),
        classes=(ClassRecord("7a", "7 А", "7", "school", 2027),),
        groups=(GroupRecord("7a-algebra", "7 А", "algebra", "school", 2027),),
        people=(
            _person("pupil", "Анна"),
            _person("brother", "Борис"),
            _person("teacher", "Вера"),
            _person("mother", "Галина"),
        ),
        students=frozenset(("pupil", "brother")),
        employments=(EmploymentRecord("teacher", "school", "teacher", None, None),),
        enrollments=(
            EnrollmentRecord("e1", "7a", "pupil", STUDENT, False, None, None),
            EnrollmentRecord("e2", "7a", "brother", STUDENT, False, None, None),
            EnrollmentRecord("e3", "7a", "teacher", TEACHER, True, None, None),
            EnrollmentRecord("e4", "7a-algebra", "pupil", STUDENT, False, *YEAR),
        ),
        guardianships=(GuardianshipRecord("brother", "mother"), GuardianshipRecord("pupil", "mother")),
    )


def test_a_link_is_one_whoever_of_the_two_it_is_written_at(read_with: ReadFiles) -> None:
    at_pupil = read_with("users.csv", 3, agentSourcedIds="").roster.guardianships
    at_both = read_with("users.csv", 3, agentSourcedIds="brother").roster.guardianships
    assert at_pupil == at_both == (GuardianshipRecord("brother", "mother"),)


def test_an_adult_among_a_pupils_agents_is_a_guardian_whatever_his_role(read_with: ReadFiles) -> None:
    reading = read_with("users.csv", 0, agentSourcedIds="teacher")
    assert GuardianshipRecord("pupil", "teacher") in reading.roster.guardianships
    assert [record.person for record in reading.roster.employments] == ["teacher"]


def test_a_pupil_among_a_pupils_agents_is_no_guardian(read_with: ReadFiles) -> None:
    reading = read_with("users.csv", 0, agentSourcedIds="brother")
    assert len(reading.roster.guardianships) == 2


def test_without_roles_those_who_study_are_pupils_and_families_stay(read_tables: ReadFiles) -> None:
    tables = school()
    whole = read_tables(tables).roster
    del tables["roles.csv"]
    roster = read_tables(tables).roster
    assert (roster.students, roster.guardianships) == (whole.students, whole.guardianships)
    assert (roster.employments, "roles.csv" in roster.files) == ((), False)


@pytest.mark.parametrize(
    ("role", "employed"),
    [("aide", True), ("principal", True), ("counselor", True), ("proctor", True), ("ext:psychologist", True),
     ("student", False), ("parent", False), ("guardian", False), ("relative", False)],
)  # fmt: skip
def test_staff_is_everybody_with_a_role_of_neither_pupil_nor_family(
    read_with: ReadFiles, role: str, employed: bool
) -> None:
    reading = read_with("roles.csv", 2, role=role, beginDate="2026-09-01", endDate="2027-08-31")
    period = date(2026, 9, 1), date(2027, 8, 31)
    assert reading.roster.employments == ((EmploymentRecord("teacher", "school", role, *period),) if employed else ())


def test_in_1_1_a_user_works_at_each_of_his_organizations(read_with: ReadFiles) -> None:
    reading = read_with("users.csv", 2, version="1.1", orgSourcedIds="school,region")
    assert [record.organization for record in reading.roster.employments] == ["school", "region"]


@pytest.mark.parametrize("role", ["administrator", "proctor", "parent", "aide"])
def test_who_neither_teaches_nor_studies_has_no_seat_in_a_class(read_with: ReadFiles, role: str) -> None:
    reading = read_with("enrollments.csv", 2, role=role)
    assert ([record.key for record in reading.roster.enrollments], reading.errors) == (["e1", "e2", "e4"], 0)


def test_a_year_comes_from_the_nearest_ancestor_that_has_one(read_tables: ReadFiles) -> None:
    tables = school()
    term, year = tables["academicSessions.csv"][1], tables["academicSessions.csv"][0]
    tables["academicSessions.csv"] = [term | {"schoolYear": ""}, year | {"schoolYear": "2030"}]
    reading = read_tables(tables)
    assert {record.year for record in reading.roster.sessions} == {2030}
    assert {record.year for record in reading.roster.classes} == {2030}


def test_a_year_that_nobody_tells_is_that_of_the_last_day(read_with: ReadFiles) -> None:
    reading = read_with("academicSessions.csv", 0, schoolYear="", endDate="2031-05-31")
    assert [record.year for record in reading.roster.sessions] == [2031, 2027]


@pytest.mark.parametrize(
    ("ids", "master", "strong"),
    [
        ("", "", ()),
        ("{SNILS:112-233-445 95}", "", (("SNILS", "11223344595"),)),
        ("{LDAP:a},{снилс:11223344595}", "M-1", (("SNILS", "11223344595"), ("userMasterIdentifier", "M-1"))),
        ("{SNILS:1122334459}", "", ()),
        ("{fedId:123}", " ", ()),
    ],
)
def test_only_ids_that_name_one_human_being_are_strong(
    read_with: ReadFiles, ids: str, master: str, strong: tuple[tuple[str, str], ...]
) -> None:
    reading = read_with("users.csv", 0, userIds=ids, userMasterIdentifier=master)
    assert reading.roster.people[0].strong_ids == strong


def test_spaces_in_names_are_tidied(read_with: ReadFiles) -> None:
    person = read_with("users.csv", 0, familyName="  Петрова -  Водкина\u00a0", givenName=" Анна").roster.people[0]
    assert (person.family_name, person.given_name) == ("Петрова - Водкина", "Анна")


def test_secrets_and_addresses_are_kept_nowhere(read_tables: ReadFiles) -> None:
    secrets = {
        name: f"secret-{name}" for name in ("password", "email", "phone", "sms", "pronouns", "preferredGivenName")
    }
    tables = school() | {
        "demographics.csv": [{"sourcedId": "pupil", "birthDate": "2013-04-05", "cityOfBirth": "secret"}]
    }
    tables["users.csv"] = [row | secrets for row in tables["users.csv"]]
    reading = read_tables(tables)
    assert found(reading) == []
    assert "secret" not in repr(reading)
    assert "2013" not in repr(reading)
    assert "Петровна" in repr(reading)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_problem_ever_holds_a_value(read_tables: ReadFiles, data: st.DataObject) -> None:
    tables = school()
    for rows in tables.values():
        for row in rows:
            for name in data.draw(st.sets(st.sampled_from(sorted(row)), max_size=2)):
                row[name] = data.draw(
                    st.sampled_from(["zzsecret", "zzsecret,zzother", "zz secret", "zz-секрет", "{zzsecret"])
                )
    for strict in (False, True):
        assert "zz" not in str(read_tables(tables, strict=strict).problems)
