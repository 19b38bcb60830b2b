"""What one school's next file does to what the last one said."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from peremena.intake.preview import preview
from peremena.school.activation import CodeRefused, issue, recognized
from peremena.school.models import Enrollment, Group, Guardianship, Organization, Person, PersonKey, SchoolClass
from tests.intake.rosters import ACTOR, EVERY, ON, changes, contents, roster, take_in, told_by
from tests.school_rows import user, writing

pytestmark = pytest.mark.django_db

FIRST = roster(
    {"7А": ["anna", "boris"], "7Б": ["vera"]},
    groups={"алгебра": ["anna", "vera"]},
    parents={"anna": ["mother"]},
    staff={"teacher": ["teacher"]},
)


def person(key: str) -> Person:
    return PersonKey.objects.get(key=key).person


def test_the_first_file_is_stored_whole() -> None:
    assert changes(take_in(FIRST)) == {
        "schools": {"new": 1},
        "classes": {"new": 2},
        "groups": {"new": 1},
        "subjects": {"new": 1},
        "people": {"new": 5},
        "enrollments": {"new": 5},
        "guardianships": {"new": 1},
    }
    assert contents() == told_by(FIRST)


def test_a_school_gets_the_latest_year_of_the_file_with_its_days() -> None:
    take_in(FIRST)
    school = Organization.objects.get()
    (year,) = school.years.all()
    assert (school.active_year, year.number, year.begins, year.ends) == (
        2027, 2027, datetime.date(2026, 9, 1), datetime.date(2027, 5, 31)
    )  # fmt: skip


def test_the_same_file_again_changes_nothing() -> None:
    take_in(FIRST)
    assert {word for found in changes(preview(FIRST)).values() for word in found} == {"same"}


def test_a_pupil_who_moves_leaves_one_class_and_enters_the_other() -> None:
    take_in(FIRST)
    moved = roster({"7А": ["anna"], "7Б": ["vera", "boris"]}, groups={"алгебра": ["anna", "vera"]},
                   parents={"anna": ["mother"]}, staff={"teacher": ["teacher"]})  # fmt: skip
    assert changes(take_in(moved))["enrollments"] == {"new": 1, "same": 4, "gone": 1}
    assert contents() == told_by(moved)


def test_who_leaves_is_ended_that_day_with_all_ties_and_nothing_is_deleted() -> None:
    take_in(FIRST)
    before = {model: model.objects.count() for model in (Person, Enrollment, Guardianship, SchoolClass, Group)}
    left = roster({"7Б": ["vera"]}, groups={"алгебра": ["vera"]}, staff={"teacher": ["teacher"]})
    assert changes(take_in(left)) == {
        "schools": {"same": 1},
        "classes": {"same": 1, "gone": 1},
        "groups": {"same": 1},
        "subjects": {"same": 1},
        "people": {"same": 2, "gone": 3},
        "enrollments": {"same": 2, "gone": 3},
        "guardianships": {"gone": 1},
    }
    assert contents() == told_by(left)
    assert {model: model.objects.count() for model in before} == before
    assert (person("anna").ended, person("vera").ended) == (ON, None)


def test_who_returns_is_the_same_person() -> None:
    take_in(FIRST)
    anna = person("anna")
    take_in(roster({"7Б": ["vera"]}))
    assert changes(take_in(FIRST))["people"] == {"same": 1, "changed": 4}
    assert (person("anna"), person("anna").ended, contents()) == (anna, None, told_by(FIRST))


def test_a_new_name_of_a_person_is_taken_over() -> None:
    take_in(FIRST)
    married = replace(FIRST, people=tuple(
        record._replace(family_name="Новая") if record.key == "mother" else record for record in FIRST.people
    ))  # fmt: skip
    assert changes(take_in(married))["people"] == {"same": 4, "changed": 1}
    assert contents() == told_by(married)


def test_a_person_who_is_not_enabled_is_not_there() -> None:
    take_in(FIRST)
    disabled = replace(FIRST, people=tuple(
        record._replace(enabled=False) if record.key == "anna" else record for record in FIRST.people
    ))  # fmt: skip
    found = changes(take_in(disabled))
    assert (found["people"], found["enrollments"], found["guardianships"]) == (
        {"same": 4, "gone": 1}, {"same": 3, "gone": 2}, {"gone": 1}
    )  # fmt: skip


def test_a_new_position_is_a_change_of_the_person() -> None:
    take_in(FIRST)
    promoted = replace(FIRST, employments=tuple(record._replace(position="principal") for record in FIRST.employments))
    seen = preview(promoted)
    assert changes(seen)["people"] == {"same": 4, "changed": 1}
    take_in(promoted)
    assert contents() == told_by(promoted)


@pytest.mark.parametrize(
    ("absent", "kinds"),
    [
        ("roles.csv", ["employments"]),
        ("enrollments.csv", ["enrollments"]),
        ("users.csv", ["people", "guardianships"]),
        ("classes.csv", ["classes", "groups"]),
        ("courses.csv", []),
    ],
)
def test_a_file_that_is_absent_has_no_opinion(absent: str, kinds: list[str]) -> None:
    take_in(FIRST)
    before = contents()
    silent = replace(roster({}), files=EVERY - {absent})
    take_in(silent)
    after = contents()
    assert {kind: getattr(after, kind) for kind in kinds} == {kind: getattr(before, kind) for kind in kinds}
    take_in(roster({}))  # the control: present and empty, it says that nobody is there
    assert not any(getattr(contents(), kind) for kind in kinds)


def test_without_roles_nobody_is_counted_as_changed() -> None:
    take_in(FIRST)
    silent = replace(FIRST, employments=(), files=EVERY - {"roles.csv"})
    assert {word for found in changes(preview(silent)).values() for word in found} == {"same"}


def test_a_sign_in_closes_with_the_leaving_and_opens_with_the_return() -> None:
    take_in(FIRST)
    with writing():
        for key in ("anna", "vera"):
            Person.objects.filter(pk=person(key).pk).update(user=user(key))
        user("stranger")
    open_ones = lambda: set(type(person("vera").user).objects.filter(is_active=True).values_list("username", flat=True))  # noqa: E731
    take_in(roster({"7Б": ["vera"]}))
    left = open_ones()
    take_in(FIRST)
    assert (left, open_ones()) == ({"vera", "stranger"}, {"anna", "vera", "stranger"})


def test_an_open_code_ends_with_the_leaving_and_does_not_come_back() -> None:
    take_in(FIRST)
    school = Organization.objects.get()
    codes = issue([person("anna").pk, person("vera").pk], school, actor=ACTOR)
    take_in(roster({"7Б": ["vera"]}))
    take_in(FIRST)
    with pytest.raises(CodeRefused):
        recognized(codes[person("anna").pk])
    assert person("anna").activation_codes.get().ending == "void"
    assert recognized(codes[person("vera").pk]).person == person("vera")


def test_a_word_longer_than_its_column_is_cut_and_stays_so() -> None:
    long = replace(FIRST, classes=tuple(record._replace(title="1а" * 300, grade="7" * 300) for record in FIRST.classes))
    take_in(long)
    assert {word for found in changes(preview(long)).values() for word in found} == {"same"}
    assert set(SchoolClass.objects.values_list("title", "grade")) == {(("1а" * 300)[:255], "7" * 64)}
