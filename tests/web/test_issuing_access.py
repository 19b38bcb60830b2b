"""Whom one may give a code for the first sign-in: a new password must not make anybody more than he is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.activation import CodeRefused, issue, recognized
from peremena.school.granting import give
from peremena.school.models import ActivationCode, Grant, Organization, Person, SchoolClass
from peremena.web import access
from peremena.web.wording import issuing as words
from tests import school_rows as rows
from tests.web.issuing import PAGE, asked, form_of, issued, names, question, slips, town
from tests.web.reading import texts


@pytest.fixture
def people(school: Organization, administrator: User) -> dict[str, Person]:
    return town(school)


def refused(client: Client, person: Person) -> list[str]:
    """Whether the page asks or issues anything; its words."""
    page = asked(client, whom="person", person=person.pk)
    assert "seen" not in form_of(page)
    forced = client.post(PAGE, {"whom": "person", "person": person.pk, "seen": "x"})
    assert slips(forced) == []
    assert ActivationCode.objects.count() == 0
    return texts(page, "p", **{"class": "alert alert-warning"})


@pytest.mark.parametrize(
    ("role", "where"),
    [
        (Grant.OPERATOR, None),
        (Grant.OPERATOR, "region"),
        (Grant.ADMINISTRATOR, "other"),
        (Grant.ADMINISTRATOR, "region"),
    ],
)
def test_nobody_issues_a_code_for_an_account_with_a_right_that_is_not_his(
    people: dict[str, Person], client: Client, role: str, where: str | None
) -> None:
    with rows.writing():
        rows.school("other", "Другая школа")
        organization = Organization.objects.get(key=where) if where else None
        Grant.objects.create(user=people["secretary"].user, role=role, organization=organization)
    assert refused(client, people["secretary"]) == [words.BEYOND.format(name="Секретарёва Анна")]


def test_nor_among_many(people: dict[str, Person], client: Client) -> None:
    user = people["secretary"].user
    assert user
    with rows.writing():
        user.set_unusable_password()
        user.save()
    assert question(asked(client, whom="staff")) == "Будут выданы коды 2 людям."
    give(user, Grant.OPERATOR, None, actor=Actor.system("tests"))
    page = asked(client, whom="staff")
    assert words.skipped(1).replace("\u00a0", " ") in texts(page, "p")
    assert names(client.post(PAGE, form_of(page))) == ["Петрова"]


def test_an_equal_may_and_so_may_whoever_is_above(
    school: Organization, people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        Grant.objects.create(user=people["secretary"].user, role=Grant.ADMINISTRATOR, organization=school)
        operator = rows.granted("operator", Grant.OPERATOR, school.parent)
        everywhere = rows.granted("everywhere", Grant.OPERATOR, None)
        of_region = rows.user("of_region")
        Grant.objects.create(user=of_region, role=Grant.OPERATOR, organization=school.parent)
    secretary = people["secretary"].user
    assert secretary
    assert access.out_of_reach(User.objects.get(username="administrator"), [secretary.pk]) == set()
    assert access.out_of_reach(operator, [secretary.pk, of_region.pk, everywhere.pk]) == {everywhere.pk}
    assert access.out_of_reach(everywhere, [secretary.pk, of_region.pk, operator.pk]) == set()
    assert access.out_of_reach(secretary, [operator.pk, everywhere.pk, secretary.pk]) == {operator.pk, everywhere.pk}
    assert len(slips(issued(client, whom="person", person=people["secretary"].pk))) == 1


def test_a_right_given_at_the_last_moment_counts(
    people: dict[str, Person], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(asked(client, whom="person", person=people["secretary"].pk))

    def too_late(*told: Any, **named: Any) -> dict[int, str]:
        with rows.writing():
            Grant.objects.create(user=people["secretary"].user, role=Grant.OPERATOR, organization=None)
        return issue(*told, **named)

    monkeypatch.setattr("peremena.web.views.issuing.issue", too_late)
    page = client.post(PAGE, form)
    assert (slips(page), ActivationCode.objects.count()) == ([], 0)


def test_of_a_person_of_two_schools_either_administrator_may_issue_one(
    people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        other = rows.school("other", "Другая школа")
        rows.employ(people["teacher"], other)
        client.force_login(rows.granted("there", Grant.ADMINISTRATOR, other))
    address = "/users/other/codes/"
    form = form_of(client.get(address, {"whom": "person", "person": people["teacher"].pk}))
    assert len(slips(client.post(address, form))) == 1


def test_a_closed_sign_in_gets_no_code(people: dict[str, Person], client: Client) -> None:
    with rows.writing():
        User.objects.filter(username="secretary").update(is_active=False)
    assert refused(client, people["secretary"]) == [words.CLOSED.format(name="Секретарёва Анна")]


def test_a_stranger_somebody_who_left_and_a_class_of_elsewhere_are_not_there(
    people: dict[str, Person], client: Client
) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая школа")
        stranger = rows.person("Чужая")
        rows.employ(stranger, other)
        Person.objects.filter(pk=people["tenth"].pk).update(ended="2026-11-01")
    foreign = SchoolClass.objects.get(organization=other).pk
    wrong: list[dict[str, object]] = [
        {"whom": "person", "person": stranger.pk},
        {"whom": "person", "person": people["tenth"].pk},
        {"whom": "person", "person": "٣"},
        {"whom": "person", "person": "9" * 30},
        {"whom": "person"},
        {"whom": "class", "class": foreign, "pupils": 1},
        {"whom": "class"},
        {"whom": "nonsense"},
    ]
    for wanted in wrong:
        assert [client.get(PAGE, wanted).status_code, client.post(PAGE, wanted).status_code] == [404, 404], wanted
    assert client.post("/users/other/codes/", {"whom": "everybody"}).status_code == 404
    assert ActivationCode.objects.count() == 0


def test_issuing_is_refused_to_a_strange_page(people: dict[str, Person], administrator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    assert strict.post(PAGE, {"whom": "staff"}).status_code == 403


def test_the_other_school_knows_of_the_code_too(people: dict[str, Person], school: Organization) -> None:
    first = issue([people["teacher"].pk], school, actor=Actor.system("tests"))
    with rows.writing():
        other = rows.school("other", "Другая школа")
    issue([people["teacher"].pk], other, actor=Actor.system("tests"))
    with pytest.raises(CodeRefused):
        recognized(first[people["teacher"].pk])
