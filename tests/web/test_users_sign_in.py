"""«Пользователи»: how everybody stands with signing in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.activation import issue
from peremena.school.models import Organization, Person
from peremena.web.counting import NBSP
from peremena.web.wording import people as words
from tests import school_rows as rows
from tests.web.reading import table

PAGE = "/users/"


@pytest.fixture
def codes(school: Organization, administrator: User, settings) -> dict[str, Person]:  # type: ignore[no-untyped-def]
    """A parent with a code, a pupil whose code has expired, a teacher who has forgotten his password, one without a password,
    one whose sign-in is closed."""
    with rows.writing():
        rows.employ(rows.person("Ёлкина", user=administrator), school, "principal")
        rows.employ(rows.person("Елагина", user=rows.user("teacher")), school)
        parent = rows.person("Жукова", user=rows.user("parent"))
        rows.guard(Person.objects.filter(family_name="Сидорова").earliest("pk"), parent)
    found = {
        name: Person.objects.filter(family_name=name).earliest("pk") for name in ("Кузнецова", "Петрова", "Елагина")
    }
    found["Родитель"] = Person.objects.filter(family_name="Кузнецова").latest("pk")
    issue([found["Родитель"].pk, found["Елагина"].pk], school, actor=Actor.system("tests"))
    settings.ACTIVATION_DAYS = -2
    issue([found["Кузнецова"].pk], school, actor=Actor.system("tests"))
    with rows.writing():
        without = rows.user("petrova")
        without.set_unusable_password()
        without.save()
        Person.objects.filter(pk=found["Петрова"].pk).update(user=without)
        User.objects.filter(username="parent").update(is_active=False)
    return found


def test_a_row_tells_how_its_person_stands_with_signing_in(codes: dict[str, Person], client: Client) -> None:
    until = words.day(timezone.localdate() + timedelta(days=30)).replace(NBSP, " ")
    since = words.day(timezone.localdate() - timedelta(days=2)).replace(NBSP, " ")
    assert [row[2] for row in table(client.get(PAGE))] == [
        f"вход открыт: teacher, код выдан до {until}",
        "вход открыт: administrator",
        "вход закрыт: parent",
        f"код истёк {since}",
        f"код выдан до {until}",
        "нет входа",
        "нет входа",
        "нет входа",
    ]


@pytest.mark.parametrize(
    ("sign_in", "found"),
    [
        ("open", ["Елагина", "Ёлкина"]),
        ("code", ["Елагина", "Кузнецова"]),
        ("expired", ["Кузнецова"]),
        ("none", ["Петрова", "Сидорова", "Сидорова"]),
        ("closed", ["Жукова"]),
    ],
)
def test_the_filter_knows_how_people_stand_with_signing_in(
    codes: dict[str, Person], client: Client, sign_in: str, found: list[str]
) -> None:
    people = [row[0].removesuffix(" Анна") for row in table(client.get(f"{PAGE}?sign_in={sign_in}"))]
    assert people == found
