"""Who has which profile."""

from __future__ import annotations

import pytest

from peremena.audit.acts import Actor
from peremena.school.linking import link
from peremena.school.models import Account, Person
from tests import school_rows as rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Person]:
    with rows.writing():
        return [rows.person(f"Новая {number}") for number in range(3)]


def linked(*pairs: tuple[Person, str]) -> int:
    return link({person.pk: external for person, external in pairs}, messenger="vk", actor=Actor.system("tests"))


def now() -> set[tuple[int, str]]:
    return set(Account.objects.filter(ended_at=None).values_list("person", "external_id"))


def test_people_are_linked_once(people: list[Person]) -> None:
    first, second, _ = people
    assert linked((first, "1"), (second, "2")) == 2
    assert linked((first, "1"), (second, "2")) == 0
    assert (now(), Account.objects.count()) == ({(first.pk, "1"), (second.pk, "2")}, 2)


def test_a_person_linked_anew_keeps_the_old_profile_in_the_past(people: list[Person]) -> None:
    first, *_ = people
    linked((first, "1"))
    assert linked((first, "9")) == 1
    assert now() == {(first.pk, "9")}
    assert list(Account.objects.exclude(ended_at=None).values_list("person", "external_id")) == [(first.pk, "1")]


def test_a_profile_that_somebody_holds_is_left_with_him(people: list[Person]) -> None:
    first, second, third = people
    linked((first, "1"))
    assert linked((second, "1"), (third, "3")) == 1
    assert now() == {(first.pk, "1"), (third.pk, "3")}


def test_of_two_who_ask_for_one_profile_the_first_gets_it(people: list[Person]) -> None:
    first, second, _ = people
    assert linked((first, "1"), (second, "1")) == 1
    assert now() == {(first.pk, "1")}


def test_messengers_do_not_mix(people: list[Person]) -> None:
    first, second, _ = people
    linked((first, "1"))
    assert link({second.pk: "1"}, messenger="matrix", actor=Actor.system("tests")) == 1
    assert Account.objects.filter(ended_at=None).count() == 2
