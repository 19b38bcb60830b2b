"""References and rules between rows, and which rows go when another one goes."""

from __future__ import annotations

import pytest

from tests.rosters.packages import ReadFiles, changed, found, school, texts

MISSING = "reference.missing_target_record"
# file, row, field, whether leniently the row can do without it
POINTERS = [
    ("orgs.csv", 3, "parentSourcedId", True),
    ("academicSessions.csv", 3, "parentSourcedId", True),
    ("courses.csv", 2, "schoolYearSourcedId", True),
    ("courses.csv", 2, "orgSourcedId", False),
    ("classes.csv", 3, "courseSourcedId", False),
    ("classes.csv", 3, "schoolSourcedId", False),
    ("classes.csv", 3, "termSourcedIds", False),
    ("users.csv", 3, "agentSourcedIds", True),
    ("users.csv", 3, "primaryOrgSourcedId", True),
    ("roles.csv", 2, "userSourcedId", False),
    ("roles.csv", 2, "orgSourcedId", False),
    ("enrollments.csv", 5, "classSourcedId", False),
    ("enrollments.csv", 5, "schoolSourcedId", False),
    ("enrollments.csv", 5, "userSourcedId", False),
]


@pytest.mark.parametrize(("file", "row", "field", "optional"), POINTERS)
def test_a_dangling_reference_is_one_problem_and_nothing_follows_from_it(
    read_with: ReadFiles, file: str, row: int, field: str, optional: bool
) -> None:
    for strict in (False, True):
        reading = read_with(file, row - 2, strict=strict, **{field: "nobody"})
        assert found(reading) == [(MISSING, file, row, field)]
        assert reading.problems[0].severity == ("warning" if optional and not strict else "error")


def test_each_dangling_item_of_a_list_is_a_problem_and_the_others_stay(read_with: ReadFiles) -> None:
    reading = read_with("users.csv", 3, agentSourcedIds="nobody,pupil,noone")
    assert found(reading) == [(MISSING, "users.csv", 5, "agentSourcedIds")] * 2
    assert [(link.pupil, link.guardian) for link in reading.roster.guardianships] == [
        ("brother", "mother"),
        ("pupil", "mother"),
    ]


def test_a_list_that_loses_some_items_keeps_its_row(read_with: ReadFiles) -> None:
    reading = read_with("classes.csv", 0, termSourcedIds="nothing,term")
    assert (found(reading), reading.errors) == ([(MISSING, "classes.csv", 2, "termSourcedIds")], 0)
    assert [(record.key, record.year) for record in reading.roster.classes] == [("7a", 2027)]


def test_rows_that_hang_on_a_dropped_row_go_silently_and_others_do_not(read_tables: ReadFiles) -> None:
    tables = school()
    tables["users.csv"][0]["enabledUser"] = "maybe"
    tables["enrollments.csv"][1]["userSourcedId"] = "nobody"
    reading = read_tables(tables)
    assert found(reading) == [
        ("row.invalid_boolean", "users.csv", 2, "enabledUser"),
        (MISSING, "enrollments.csv", 3, "userSourcedId"),
    ]
    assert [record.key for record in reading.roster.enrollments] == ["e3"]


def test_a_class_whose_course_is_missing_goes_with_its_enrollments(read_with: ReadFiles) -> None:
    reading = read_with("classes.csv", 1, courseSourcedId="nothing")
    assert found(reading) == [(MISSING, "classes.csv", 3, "courseSourcedId")]
    assert (reading.roster.groups, [record.key for record in reading.roster.enrollments]) == ((), ["e1", "e2", "e3"])


def test_in_strict_mode_a_file_with_bad_rows_is_mended_before_references_to_it_are_judged(
    read_tables: ReadFiles,
) -> None:
    tables = school()
    tables["users.csv"][0]["enabledUser"] = "TRUE"
    tables["enrollments.csv"][1]["userSourcedId"] = "nobody"
    tables["enrollments.csv"][2]["classSourcedId"] = "nothing"
    assert found(read_tables(tables, strict=True)) == [
        ("row.invalid_boolean", "users.csv", 2, "enabledUser"),
        (MISSING, "enrollments.csv", 4, "classSourcedId"),
    ]


def test_a_reference_into_an_absent_file_is_told_once_a_row(read_files: ReadFiles) -> None:
    tables = school()
    del tables["courses.csv"]
    tables["classes.csv"][0]["termSourcedIds"] = "term,year"
    assert found(read_files(texts(tables), strict=True)) == [
        ("reference.missing_target_file", "classes.csv", 2, "courseSourcedId"),
        ("reference.missing_target_file", "classes.csv", 3, "courseSourcedId"),
    ]


def test_a_roster_without_optional_files_is_whole(read_tables: ReadFiles) -> None:
    tables = school()
    del tables["enrollments.csv"], tables["roles.csv"]
    assert found(read_tables(tables, strict=True)) == []


def test_of_rows_with_one_id_the_first_stays(read_tables: ReadFiles) -> None:
    tables = school()
    tables["users.csv"].append(tables["users.csv"][0] | {"givenName": "Другая"})
    for strict in (False, True):
        reading = read_tables(tables, strict=strict)
        assert found(reading) == [("reference.duplicate_sourced_id", "users.csv", 6, "sourcedId")]
        assert reading.roster.people[0].given_name == "Анна"


def test_a_duplicate_is_seen_across_many_rows(read_tables: ReadFiles) -> None:
    tables = school()
    tables["courses.csv"] += [tables["courses.csv"][0] | {"sourcedId": f"c{number}"} for number in range(3_000)]
    tables["courses.csv"].append(tables["courses.csv"][0])
    assert found(read_tables(tables)) == [("reference.duplicate_sourced_id", "courses.csv", 3_003, "sourcedId")]


def test_changes_may_point_at_what_has_not_changed(read_tables: ReadFiles) -> None:
    tables = changed({"enrollments.csv": school()["enrollments.csv"], "orgs.csv": school()["orgs.csv"][1:]})
    assert found(read_tables(tables, mode="delta", strict=True)) == []
    tables["orgs.csv"].append(tables["orgs.csv"][0])
    assert found(read_tables(tables, mode="delta", strict=True)) == [
        ("reference.duplicate_sourced_id", "orgs.csv", 3, "sourcedId")
    ]


def test_demographics_belong_to_a_user(read_tables: ReadFiles) -> None:
    tables = school() | {"demographics.csv": [{"sourcedId": "pupil", "sex": "female"}, {"sourcedId": "nobody"}]}
    assert found(read_tables(tables, strict=True)) == [(MISSING, "demographics.csv", 3, "sourcedId")]


SEMANTICS = [
    ("courses.csv", 0, {"schoolYearSourcedId": "term"}, "academic_session_type_mismatch", "schoolYearSourcedId"),
    ("classes.csv", 0, {"schoolSourcedId": "region"}, "org_type_mismatch", "schoolSourcedId"),
    ("enrollments.csv", 0, {"schoolSourcedId": "region"}, "org_type_mismatch", "schoolSourcedId"),
    ("users.csv", 0, {"primaryOrgSourcedId": "region"}, "primary_org_missing_role", "primaryOrgSourcedId"),
    ("roles.csv", 1, {"userSourcedId": "pupil"}, "multiple_primary_roles_for_user_org", "roleType"),
    ("roles.csv", 0, {"beginDate": "2027-01-01", "endDate": "2026-01-01"}, "end_before_begin", "endDate"),
    ("academicSessions.csv", 0, {"endDate": "2026-01-01"}, "end_before_begin", "endDate"),
    ("enrollments.csv", 3, {"endDate": "2026-08-31"}, "end_before_begin", "endDate"),
    ("orgs.csv", 0, {"parentSourcedId": "region"}, "parent_cycle", "parentSourcedId"),
    ("enrollments.csv", 1, {"role": "teacher", "primary": "true"}, "multiple_primary_teachers", "primary"),
]


@pytest.mark.parametrize(("file", "place", "cells", "code", "field"), SEMANTICS)
def test_a_rule_between_rows_is_told_and_costs_no_row(
    read_with: ReadFiles, file: str, place: int, cells: dict[str, str], code: str, field: str
) -> None:
    lenient, strict = read_with(file, place, **cells), read_with(file, place, strict=True, **cells)
    # The later of two rows is told; in the enrollments the class teacher stands below.
    row = place + 2 if code != "multiple_primary_teachers" else 4
    assert found(lenient) == found(strict) == [(f"semantic.{code}", file, row, field)]
    assert (lenient.errors, strict.errors) == (0, 1)
    assert lenient.roster.counts()["enrollments"] == 4


@pytest.mark.parametrize(
    ("file", "place", "cells"),
    [
        ("courses.csv", 0, {"schoolYearSourcedId": "year"}),
        ("users.csv", 0, {"primaryOrgSourcedId": "school"}),
        ("roles.csv", 1, {"userSourcedId": "pupil", "roleType": "secondary"}),
        ("enrollments.csv", 3, {"endDate": "2026-09-01"}),
        ("enrollments.csv", 3, {"beginDate": "", "endDate": "2020-01-01"}),
        ("orgs.csv", 1, {"type": "ext:школа"}),
        ("enrollments.csv", 1, {"role": "teacher", "primary": "false"}),
    ],
)
def test_rules_between_rows_have_nothing_against_sound_rows(
    read_with: ReadFiles, file: str, place: int, cells: dict[str, str]
) -> None:
    assert found(read_with(file, place, strict=True, **cells)) == []


def test_a_class_may_change_its_primary_teacher(read_tables: ReadFiles) -> None:
    tables = school()
    first, second = tables["enrollments.csv"][2], dict(tables["enrollments.csv"][2])
    first |= {"endDate": "2026-12-31"}
    second |= {"sourcedId": "e5", "userSourcedId": "mother", "beginDate": "2027-01-01"}
    tables["enrollments.csv"].append(second)
    assert found(read_tables(tables, strict=True)) == []


def test_a_role_carries_the_profile_of_its_own_user(read_tables: ReadFiles) -> None:
    profile = {"sourcedId": "p", "userSourcedId": "pupil", "profileType": "a", "vendorId": "b", "credentialType": "c"}
    tables = school() | {"userProfiles.csv": [profile | {"username": "d"}]}
    tables["roles.csv"][0]["userProfileSourcedId"] = "p"
    assert found(read_tables(tables, strict=True)) == []
    tables["roles.csv"][1]["userProfileSourcedId"] = "p"
    assert found(read_tables(tables, strict=True)) == [
        ("semantic.user_profile_user_mismatch", "roles.csv", 3, "userProfileSourcedId")
    ]


def test_a_roles_file_with_bad_rows_is_no_evidence_that_somebody_has_no_role(read_tables: ReadFiles) -> None:
    tables = school()
    tables["users.csv"][0]["primaryOrgSourcedId"] = "school"
    tables["roles.csv"][0]["role"] = "pupil"
    assert found(read_tables(tables, strict=True)) == [("row.invalid_enum", "roles.csv", 2, "role")]


def test_parents_in_a_circle_come_out_as_a_tree(read_tables: ReadFiles) -> None:
    tables = school()
    tables["orgs.csv"][0]["parentSourcedId"] = "school"
    reading = read_tables(tables)
    assert found(reading) == [("semantic.parent_cycle", "orgs.csv", row, "parentSourcedId") for row in (2, 3)]
    assert [org.parent for org in reading.roster.organizations] == ["", ""]
