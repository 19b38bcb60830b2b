"""The package of «Демо школа» is strictly valid OneRoster 1.2 and the same every time."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from peremena.core.roster import OrganizationKind
from peremena.rosters import Reading, UnusableRoster, read
from peremena.server.demo_school import DemoSchool, generate

# The binding's headers after sourcedId, status, dateLastModified, written down apart from the code under test.
HEADERS = {
    "academicSessions": "title,type,startDate,endDate,parentSourcedId,schoolYear",
    "classes": "title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,"
    "subjectCodes,periods",
    "courses": "schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes",
    "enrollments": "classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    "orgs": "name,type,identifier,parentSourcedId",
    "roles": "userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId",
    "users": "enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,"
    "grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,"
    "primaryOrgSourcedId,pronouns",
}
ABSENT = {
    "categories",
    "classResources",
    "courseResources",
    "demographics",
    "lineItemLearningObjectiveIds",
    "lineItemScoreScales",
    "lineItems",
    "resources",
    "resultLearningObjectiveIds",
    "resultScoreScales",
    "results",
    "scoreScales",
    "userProfiles",
    "userResources",
}


@pytest.fixture(scope="module")
def school() -> DemoSchool:
    return generate()


@pytest.fixture(scope="module")
def package(school: DemoSchool, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo-school.zip"
    school.write(path)
    return path


def tables(package: Path) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(package) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8"))))
            for name in archive.namelist()
        }


def with_file_changed(package: Path, name: str, old: str, new: str) -> Path:
    """A copy of the package with the first `old` of one file replaced."""
    changed = package.with_name("changed.zip")
    with zipfile.ZipFile(package) as source, zipfile.ZipFile(changed, "w") as target:
        for entry in source.namelist():
            text = source.read(entry).decode("utf-8")
            target.writestr(entry, text.replace(old, new, 1) if entry == name else text)
    return changed


def read_strictly(package: Path) -> Reading:
    try:
        return read(package, strict=True)
    except UnusableRoster as refusal:
        return refusal.reading


def test_a_strict_reading_finds_nothing_wrong(package: Path) -> None:
    reading = read_strictly(package)
    assert (reading.format, reading.mode, reading.problems, reading.not_read) == ("oneroster-1.2", "bulk", (), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("users.csv", "parent-0001", "parent-9999", "reference.missing_target_record"),
        ("enrollments.csv", "true", "TRUE", "row.invalid_boolean"),
        ("orgs.csv", "state", "region", "row.invalid_enum"),
        ("classes.csv", "class-01-1,,", "class-01-1,active,", "row.field_forbidden_in_bulk"),
    ],
)
def test_a_strict_reading_finds_what_was_broken_on_purpose(
    package: Path, name: str, old: str, new: str, code: str
) -> None:
    reading = read_strictly(with_file_changed(package, name, old, new))
    assert code in {problem.code for problem in reading.problems}


def test_the_reader_counts_what_the_school_has(school: DemoSchool, package: Path) -> None:
    pupils = sum(map(len, school.rolls.values()))
    assert read_strictly(package).roster.counts() == {
        "schools": 1,
        "classes": len(school.homes),
        "groups": len(school.groups),
        "subjects": len({group.subject.code for group in school.groups}) + 1,
        "students": pupils,
        "guardians": len(school.guardians.roles),
        "staff": 57,
        "teachers": 45,
        "enrollments": pupils
        + len(school.homes)
        + len(school.groups)
        + sum(len(group.pupils) for group in school.groups),
    }


def test_the_school_stands_under_a_region(package: Path) -> None:
    organizations = [(org.name, org.kind, org.parent) for org in read_strictly(package).roster.organizations]
    assert organizations == [
        ("Демонстрационная область", OrganizationKind.REGION, ""),
        ("Демонстрационный район", OrganizationKind.MUNICIPALITY, "region"),
        ("Демо школа", OrganizationKind.SCHOOL, "municipality"),
    ]


def test_files_and_headers_are_those_of_the_binding(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        headers = {
            name: archive.read(name).decode("utf-8").split("\r\n", 1)[0]
            for name in archive.namelist()
            if name != "manifest.csv"
        }
    assert headers == {f"{name}.csv": f"sourcedId,status,dateLastModified,{rest}" for name, rest in HEADERS.items()}


def test_the_manifest_accounts_for_all_21_files(package: Path) -> None:
    manifest = {row["propertyName"]: row["value"] for row in tables(package)["manifest"]}
    assert manifest == {
        "manifest.version": "1.0",
        "oneroster.version": "1.2",
        **{f"file.{name}": "bulk" for name in HEADERS},
        **{f"file.{name}": "absent" for name in ABSENT},
        "source.systemName": "Демонстрационный журнал",
        "source.systemCode": "demo-journal",
    }


def test_a_teacher_who_is_a_parent_has_both_roles(school: DemoSchool, package: Path) -> None:
    mothers = set(school.guardians.roles) & set(school.staff.class_teachers.values())
    held = {
        (row["userSourcedId"], row["roleType"], row["role"])
        for row in tables(package)["roles"]
        if row["userSourcedId"] in mothers
    }
    assert len(mothers) == 2
    assert held == {(mother, *role) for mother in mothers for role in (("primary", "teacher"), ("secondary", "parent"))}


def test_everybody_has_one_primary_role(school: DemoSchool, package: Path) -> None:
    primary = [row["userSourcedId"] for row in tables(package)["roles"] if row["roleType"] == "primary"]
    assert primary == list(school.people)


def test_the_package_carries_no_contacts_ids_or_passwords(package: Path) -> None:
    private = ("userIds", "email", "sms", "phone", "password", "identifier")
    assert {row[field] for row in tables(package)["users"] for field in private} == {""}


def test_the_package_is_the_same_bytes_in_every_process(package: Path, tmp_path: Path) -> None:
    script = "import sys, pathlib; from peremena.server.demo_school import generate; generate().write(pathlib.Path(sys.argv[1]))"
    digests = {hashlib.sha256(package.read_bytes()).hexdigest()}
    for hash_seed in ("1", "2"):
        path = tmp_path / f"{hash_seed}.zip"
        subprocess.run(
            [sys.executable, "-c", script, str(path)], check=True, env=os.environ | {"PYTHONHASHSEED": hash_seed}
        )
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_equal_arguments_make_equal_schools_and_other_seeds_others(school: DemoSchool) -> None:
    assert generate() == school
    assert generate(seed=1).people != school.people
