"""A file speaks for its own source, for the organizations in it, for its years."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peremena.core.errors import UnusableInput
from peremena.core.roster import EmploymentRecord, OrganizationKind, OrganizationRecord, SubjectRecord
from peremena.intake.preview import preview
from peremena.school.models import Enrollment, Organization, PersonKey, SchoolClass, Subject
from tests.intake.rosters import ON, changes, contents, roster, take_in, together, told_by
from tests.school_rows import region, school, writing

pytestmark = pytest.mark.django_db

EAST = roster({"7А": ["anna"]}, school="east", parents={"anna": ["mother"]}, staff={"teacher": ["teacher"]})
WEST = roster({"7А": ["boris"]}, school="west", parents={"boris": ["father"]})


def ended(key: str) -> object:
    return PersonKey.objects.get(key=key, source__code="journal").person.ended


def test_a_school_that_the_file_does_not_name_is_left_alone() -> None:
    take_in(together(EAST, WEST))
    assert changes(take_in(roster({}, school="west"))) == {
        "schools": {"same": 1},
        "classes": {"gone": 1},
        "people": {"gone": 2},
        "enrollments": {"gone": 1},
        "guardianships": {"gone": 1},
    }
    assert contents()[1:] == told_by(EAST)[1:]


def test_who_is_tied_to_another_school_stays_a_person() -> None:
    both = roster({"7А": ["boris", "anna"]}, school="west", staff={"aide": ["teacher"]})
    take_in(together(EAST, both))
    take_in(roster({}, school="west"))
    assert [ended(key) for key in ("anna", "mother", "teacher", "boris")] == [None, None, None, ON]


def test_a_guardian_of_a_pupil_elsewhere_stays() -> None:
    both = roster({"7А": ["boris"]}, school="west", parents={"boris": ["mother"]})
    take_in(together(EAST, both))
    take_in(roster({}, school="west"))
    assert (ended("mother"), ended("boris"), contents().guardianships) == (None, ON, {("anna", "mother")})


def test_what_schools_have_in_common_is_not_ended_by_a_file_of_one_of_them() -> None:
    above = OrganizationRecord("oblast", "Область", OrganizationKind.REGION, "", "")
    common = SubjectRecord("algebra", "Алгебра", "", "oblast")
    post = EmploymentRecord("teacher", "oblast", "districtAdministrator", None, None)
    east = replace(EAST, organizations=(above, *EAST.organizations), subjects=(common,), employments=(post,))
    west = replace(WEST, organizations=(above, *WEST.organizations))
    take_in(together(east, west))
    take_in(west)
    in_force = (Subject.objects.filter(ended=None).count(), contents().employments, ended("teacher"))
    take_in(together(EAST, west))  # the control: this one speaks for the whole source
    after = (Subject.objects.filter(ended=None).count(), contents().employments, ended("teacher"))
    assert (in_force, after) == (
        (1, {("teacher", "oblast", "districtAdministrator")}, None),
        (0, {("teacher", "east", "teacher")}, None),
    )


def test_a_newcomer_without_any_tie_is_ended_only_by_a_file_of_every_school_of_the_source() -> None:
    take_in(together(roster({"7А": ["anna"]}, school="east", others=["newcomer"]), WEST))
    take_in(roster({}, school="west"))
    after_one = ended("newcomer")
    take_in(together(roster({"7А": ["anna"]}, school="east"), roster({}, school="west")))
    assert (after_one, ended("newcomer"), ended("anna")) == (None, ON, None)


def test_a_pupil_who_changes_schools_is_one_person() -> None:
    take_in(together(EAST, WEST))
    take_in(roster({"7А": ["boris", "anna"]}, school="west", parents={"boris": ["father"], "anna": ["mother"]}))
    take_in(roster({}, school="east", staff={"teacher": ["teacher"]}))
    assert (ended("anna"), ended("mother")) == (None, None)
    assert contents().enrollments.keys() == {"west-7А-boris", "west-7А-anna"}


def test_a_class_that_the_source_moves_to_another_school_keeps_its_row() -> None:
    take_in(EAST)
    (before,) = SchoolClass.objects.all()
    take_in(together(roster({}, school="east"), roster({"7А": ["anna"]}, school="west")))
    moved = EAST.classes[0]._replace(organization="west")
    take_in(replace(WEST, classes=(moved,), people=EAST.people, enrollments=EAST.enrollments, guardianships=()))
    (after,) = SchoolClass.objects.filter(source_key="east-7А")
    assert (after.pk, after.organization.name, after.ended) == (before.pk, "Школа west", None)


def test_last_years_classes_are_history_that_a_new_year_does_not_end() -> None:
    take_in(roster({"7А": ["anna", "leaver"]}, year=2027))
    after = take_in(roster({"8А": ["anna"]}, year=2028))
    assert changes(after)["classes"] == {"new": 1}
    assert set(SchoolClass.objects.filter(ended=None).values_list("source_key", "year")) == {
        ("school-7А", 2027), ("school-8А", 2028)
    }  # fmt: skip
    assert (ended("leaver"), ended("anna"), Organization.objects.get().active_year) == (ON, None, 2028)
    assert Enrollment.objects.filter(ended=None, school_class__year=2027).count() == 2


def test_a_class_that_keeps_its_key_into_the_next_year_keeps_its_row() -> None:
    take_in(roster({"А": ["anna"]}, year=2027))
    next_year = roster({"А": ["anna"]}, year=2028)
    take_in(next_year)
    assert contents() == told_by(next_year)
    assert {word for found in changes(preview(next_year)).values() for word in found} == {"same"}


def test_an_emptied_year_ends_its_classes() -> None:
    take_in(roster({"7А": ["anna"]}))
    take_in(roster({}))
    assert contents().classes == {}


def test_year_sets_another_active_year_and_must_be_in_the_file() -> None:
    two_years = together(roster({"7А": ["anna"]}), roster({"8А": ["anna"]}, year=2028))
    take_in(two_years)
    latest = Organization.objects.get().active_year
    take_in(two_years, year=2027)
    assert (latest, Organization.objects.get().active_year) == (2028, 2027)
    with pytest.raises(UnusableInput, match="--year 2030: в файле нет такого учебного года; есть: 2027, 2028"):
        preview(two_years, year=2030)


def test_school_says_which_of_ours_the_files_school_is_from_then_on() -> None:
    with writing():
        above = region("oblast")
        ours = school("lyceum", "Лицей", above)
    first = take_in(EAST, school=ours)
    again = preview(EAST)
    ours.refresh_from_db()
    assert (changes(first)["schools"], ours.name, ours.parent) == ({"changed": 1}, "Школа east", above)
    assert changes(again)["schools"] == {"same": 1}
    assert Organization.objects.filter(kind="school").count() == 1


@pytest.mark.parametrize("case", ["region", "two schools", "another of ours", "another of theirs"])
def test_school_is_refused_where_it_cannot_be(case: str) -> None:
    with writing():
        above, ours = region("oblast"), school("lyceum", "Лицей")
    take_in(EAST, school=ours) if case.startswith("another") else None
    with writing():
        other = school("gymnasium", "Гимназия")
    told, named, words = {
        "region": (EAST, above, "--school oblast: это не школа"),
        "two schools": (together(EAST, WEST), ours, "--school: в файле не одна школа"),
        "another of ours": (EAST, other, "школа этого файла уже загружена как «lyceum»"),
        "another of theirs": (WEST, ours, "этот источник уже называет её по-другому"),
    }[case]
    with pytest.raises(UnusableInput, match=words):
        preview(told, school=named)


def test_a_school_that_nobody_has_placed_goes_under_the_only_region() -> None:
    with writing():
        above = region("oblast")
    take_in(EAST)
    placed = Organization.objects.get(kind="school").parent
    with writing():
        region("krai")
    take_in(WEST)
    assert (placed, Organization.objects.get(name="Школа west").parent) == (above, None)


def test_the_files_own_tree_wins_over_nothing_and_a_persons_decision_over_the_file() -> None:
    told = OrganizationRecord("oblast", "Область", OrganizationKind.REGION, "", "")
    with_region = replace(EAST, organizations=(told, EAST.organizations[0]._replace(parent="oblast")))
    take_in(with_region)
    found = Organization.objects.get(kind="school")
    by_file = found.parent
    with writing():
        elsewhere = region("by-hand")
        Organization.objects.filter(pk=found.pk).update(parent=elsewhere)
    assert changes(take_in(with_region))["schools"] == {"same": 2}
    found.refresh_from_db()
    assert (by_file.name if by_file else None, found.parent) == ("Область", elsewhere)


def test_a_file_of_changes_is_refused_by_name() -> None:
    changes_only = replace(EAST, mode="delta")
    with pytest.raises(UnusableInput, match="Файл вида «delta»"):
        preview(changes_only)
