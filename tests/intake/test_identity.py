"""Who is the same person: inside a source its key alone decides, across sources a strong id; names never do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from peremena.core.roster import RosterFile
from peremena.school.models import Person, PersonKey
from tests.intake.rosters import changes, roster, take_in

pytestmark = pytest.mark.django_db

ANNA = "11223344595"
NAME = {"a": ("Ёлкина", "Анна", "Петровна")}
HERE = roster({"7А": ["a"]}, names=NAME, strong_ids={"a": ANNA})


def elsewhere(
    strong_ids: dict[str, str], *people: str, name: tuple[str, str, str] = ("Другая", "Вера", "")
) -> RosterFile:
    return roster(
        {"5Б": people}, school="other", source="registry", names=dict.fromkeys(people, name), strong_ids=strong_ids
    )


def persons(source: str) -> dict[str, int]:
    return dict(PersonKey.objects.filter(source__code=source).values_list("key", "person"))


def test_a_strong_id_unites_across_sources() -> None:
    take_in(HERE)
    assert changes(take_in(elsewhere({"z": ANNA}, "z")))["people"] == {"changed": 1}
    assert (Person.objects.count(), persons("registry")["z"]) == (1, persons("journal")["a"])


def test_a_strong_id_is_stored_as_a_digest_only() -> None:
    take_in(HERE)
    (stored,) = PersonKey.objects.filter(source=None)
    assert (stored.scheme, len(stored.key), ANNA in stored.key) == ("snils", 64, False)


def test_a_namesake_stays_separate_and_is_counted_doubtful() -> None:
    take_in(HERE)
    namesake = elsewhere({}, "z", name=("ЕЛКИНА", " анна", "Петровна "))
    assert changes(take_in(namesake))["people"] == {"new": 1, "doubtful": 1}
    assert Person.objects.count() == 2


def test_namesakes_inside_one_source_are_two_people_and_no_doubt() -> None:
    take_in(HERE)
    both = roster({"7А": ["a", "b"]}, names=NAME | {"b": NAME["a"]})
    assert changes(take_in(both))["people"] == {"new": 1, "same": 1}


def test_two_keys_of_one_source_that_claim_one_strong_id_stay_separate() -> None:
    take_in(HERE)
    assert changes(take_in(elsewhere({"y": ANNA, "z": ANNA}, "y", "z")))["people"] == {"new": 2, "doubtful": 2}
    assert Person.objects.count() == 3


def test_a_strong_id_of_somebody_the_source_names_already_proves_nothing() -> None:
    take_in(HERE)
    again = roster({"7А": ["a", "b"]}, names=NAME, strong_ids={"a": ANNA, "b": ANNA})
    assert changes(take_in(again))["people"] == {"new": 1, "same": 1, "doubtful": 1}


def test_strong_ids_of_two_people_in_one_row_are_contested() -> None:
    take_in(HERE)
    take_in(roster({"1А": ["c"]}, school="third", source="third", strong_ids={"c": "22334455669"}))
    told = elsewhere({}, "z")
    (person,) = told.people
    both = person._replace(strong_ids=(("snils", ANNA), ("snils", "22334455669")))
    mixed = replace(told, people=(both,))
    assert changes(take_in(mixed))["people"] == {"new": 1, "doubtful": 1}


def test_who_bears_a_strong_id_and_left_one_source_is_still_held_by_the_other() -> None:
    take_in(HERE)
    take_in(elsewhere({"z": ANNA}, "z"))
    take_in(roster({}))
    ended = set(Person.objects.values_list("ended", flat=True))
    take_in(roster({}, school="other", source="registry"))
    assert (ended, Person.objects.filter(ended=None).count()) == ({None}, 0)


def test_a_united_employee_keeps_the_positions_that_the_source_gives_him() -> None:
    told = roster({}, staff={"teacher": ["t"]}, strong_ids={"t": ANNA})
    take_in(told)
    take_in(roster({}, school="other", source="registry", staff={"principal": ["p"]}, strong_ids={"p": ANNA}))
    assert {word for found in changes(take_in(told)).values() for word in found} <= {"same", "changed"}
    assert set(Person.objects.get().employments.filter(ended=None).values_list("position", flat=True)) == {
        "teacher", "principal"
    }  # fmt: skip
