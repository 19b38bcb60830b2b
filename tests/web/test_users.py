"""«Пользователи»: who is who at a school, and the two rights that people give each other."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from peremena.accounts.models import User
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Enrollment, Grant, Organization, Person, SchoolClass
from peremena.web.views.users import harmless
from tests import school_rows as rows
from tests.web.reading import table, texts

PAGE = "/users/"


@pytest.fixture
def people(school: Organization, administrator: User) -> dict[str, User]:
    """An administrator with a person, a teacher who has been in, a parent who has not."""
    with rows.writing():
        teacher, parent = rows.user("teacher"), rows.user("parent")
        User.objects.filter(pk=teacher.pk).update(last_login=timezone.now())
        rows.employ(rows.person("Ёлкина", user=administrator), school, "principal")
        rows.employ(rows.person("Елагина", user=teacher, linked=True), school)
        rows.guard(Person.objects.filter(family_name="Сидорова").earliest("pk"), rows.person("Жукова", user=parent))
    return {"administrator": administrator, "teacher": teacher, "parent": parent}


def names(client: Client, query: str = "") -> list[str]:
    response = client.get(f"{PAGE}{query}")
    return [row[0].removesuffix(" Анна") for row in table(response)] if b"<tbody" in response.content else []


def address(user: User, query: str = "") -> str:
    return f"/users/demo/rights/{user.pk}/{query}"


def given(user: User) -> set[tuple[str, str | None]]:
    return set(Grant.objects.filter(user=user).values_list("role", "organization__key"))


def test_a_row_tells_roles_sign_in_and_profile(people: dict[str, User], client: Client) -> None:
    assert [row[:4] for row in table(client.get(PAGE))] == [
        ["Елагина Анна", "учитель", "вход открыт: teacher", "связан"],
        ["Ёлкина Анна", "администратор школы, сотрудник", "вход открыт: administrator", "не связан"],
        ["Жукова Анна", "родитель (Сидорова Анна)", "вход открыт: parent", "не связан"],
        ["Кузнецова Анна", "ученик 1А", "нет входа", "связан"],
        ["Кузнецова Анна", "родитель (Кузнецова Анна)", "нет входа", "связан"],
        ["Петрова Анна", "учитель", "нет входа", "связан"],
        ["Сидорова Анна", "ученик 1А", "нет входа", "связан"],
        ["Сидорова Анна", "родитель (Сидорова Анна)", "нет входа", "связан"],
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?text=ЕЛ", ["Елагина"]),
        ("?text=анна+ёлк", ["Ёлкина"]),
        ("?text=никто", []),
        ("?role=teacher", ["Елагина", "Петрова"]),
        ("?role=staff", ["Ёлкина"]),
        ("?role=administrator", ["Ёлкина"]),
        ("?role=pupil&text=куз", ["Кузнецова"]),
        ("?role=parent&linked=no", ["Жукова"]),
        ("?sign_in=open", ["Елагина", "Ёлкина", "Жукова"]),
        ("?sign_in=never&role=staff", ["Ёлкина"]),
        ("?sign_in=never&role=teacher", ["Петрова"]),
        ("?role=nonsense&linked=maybe&text=жук", ["Жукова"]),
    ],
)
def test_search_and_filters(people: dict[str, User], client: Client, query: str, found: list[str]) -> None:
    people["administrator"].last_login = None
    with rows.writing():
        User.objects.filter(pk=people["administrator"].pk).update(last_login=None)
    assert names(client, query) == found


def test_the_share_of_each_role_leads_to_those_who_have_not_linked(people: dict[str, User], client: Client) -> None:
    response = client.get(PAGE)
    assert [line for line in texts(response, "li") if " из " in line] == [
        "Сотрудники 0 из 1 Сотрудники. Не связали: 1",
        "Учителя 2 из 2 все связали",
        "Ученики 2 из 2 все связали",
        "Родители 2 из 3 Родители. Не связали: 1",
    ]
    assert "?school=demo&amp;role=parent&amp;linked=no" in response.content.decode()


def test_who_has_left_is_not_listed_nor_who_belongs_to_another_school(
    school: Organization, people: dict[str, User], client: Client
) -> None:
    with rows.writing():
        rows.small_school("other", "Другая школа")
        pupil = rows.person("Ушёл")
        rows.enroll(pupil, SchoolClass.objects.get(organization=school))
        Enrollment.objects.filter(person=pupil).update(ended="2026-10-01")
    assert len(names(client)) == 8


def test_pages_keep_the_filter(school: Organization, people: dict[str, User], client: Client) -> None:
    first = SchoolClass.objects.get(organization=school)
    with rows.writing():
        for number in range(30):
            rows.enroll(rows.person(f"Яковлева {number}"), first)
    response = client.get(f"{PAGE}?school=demo&role=pupil&text=яков")
    assert names(client, "?school=demo&role=pupil&text=яков") == [f"Яковлева {number}" for number in range(25)]
    assert "role=pupil&amp;text=%D1%8F%D0%BA%D0%BE%D0%B2&amp;page=2" in response.content.decode()
    assert names(client, "?role=pupil&text=яков&page=2") == [f"Яковлева {number}" for number in range(25, 30)]


def test_the_number_of_queries_does_not_grow_with_the_school(
    school: Organization, people: dict[str, User], client: Client
) -> None:
    first = SchoolClass.objects.get(organization=school)
    with CaptureQueriesContext(database) as few:
        client.get(PAGE)
    with rows.writing():
        crowd = Person.objects.bulk_create(
            Person(public_id=f"c{number}", family_name=f"Толпина {number}", given_name="Анна")
            for number in range(10_000)
        )
        Enrollment.objects.bulk_create(
            Enrollment(
                source=rows.source(),
                source_key=f"crowd{person.pk}",
                person=person,
                school_class=first,
                role=EnrollmentRole.STUDENT,
            )
            for person in crowd
        )
    with CaptureQueriesContext(database) as many:
        assert len(names(client, "?page=300")) == 25
    assert len(many) == len(few)


def test_the_table_for_a_spreadsheet_has_all_pages_of_the_filter(people: dict[str, User], client: Client) -> None:
    with rows.writing():
        Person.objects.filter(family_name="Жукова").update(family_name='=2+2;"Жукова"')
    response = client.get("/users/demo/table/?role=parent")
    assert response.headers["Content-Disposition"] == 'attachment; filename="users-demo.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(response.content.decode("utf-8-sig")), delimiter=";")) == [
        ["ФИО", "Роли", "Вход", "Профиль Сферум"],
        ['\'=2+2;"Жукова" Анна', "родитель (Сидорова Анна)", "вход открыт: parent", "не связан"],
        ["Кузнецова Анна", "родитель (Кузнецова Анна)", "нет входа", "связан"],
        ["Сидорова Анна", "родитель (Сидорова Анна)", "нет входа", "связан"],
    ]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_an_administrator_names_another_and_it_is_on_record(
    school: Organization, people: dict[str, User], client: Client
) -> None:
    teacher = people["teacher"]
    assert texts(client.get(address(teacher)), "h2")[0] == "Дать право «администратор школы»?"
    answer = client.post(
        address(teacher), {"role": "administrator", "organization": "demo", "do": "give", "reason": "x"}
    )
    assert (answer.status_code, given(teacher)) == (302, {("administrator", "demo")})
    metadata = Grant.objects.get(user=teacher).events.get().pgh_context.metadata  # type: ignore[attr-defined]
    assert (metadata["action"], metadata["actor"], metadata["reason"]) == (
        "grant.give",
        f"user:{people['administrator'].pk}",
        "x",
    )
    client.post(address(teacher), {"role": "administrator", "organization": "demo", "do": "withdraw"})
    assert given(teacher) == set()


def test_nobody_takes_the_last_right_from_himself_without_a_warning(
    school: Organization, people: dict[str, User], client: Client
) -> None:
    own = people["administrator"]
    asked = {"role": "administrator", "organization": "demo", "do": "withdraw", "reason": "ухожу"}
    response = client.post(address(own), asked)
    assert texts(response, "p", id="trouble") == ["Отметьте, что вы это понимаете."]
    assert "Это последний администратор школы" in response.content.decode()
    assert texts(response, "textarea") == ["ухожу"]
    assert given(own) == {("administrator", "demo")}
    assert client.post(address(own), asked | {"sure": "1"}).headers["Location"] == "/"
    assert given(own) == set()


def test_a_stale_form_does_not_do_the_opposite(people: dict[str, User], client: Client) -> None:
    teacher = people["teacher"]
    response = client.post(address(teacher), {"role": "administrator", "organization": "demo", "do": "withdraw"})
    assert (response.status_code, given(teacher)) == (200, set())
    assert texts(response, "p", id="trouble")[0].startswith("Пока вы смотрели, право уже изменили.")


def test_a_closed_account_is_given_nothing(people: dict[str, User], client: Client) -> None:
    with rows.writing():
        User.objects.filter(username="teacher").update(is_active=False)
    response = client.post(address(people["teacher"]), {"do": "give"})
    assert (given(people["teacher"]), len(texts(response, "p", id="trouble"))) == (set(), 1)


@pytest.mark.parametrize(
    ("role", "organization"),
    [
        ("operator", "region"),
        ("operator", ""),
        ("administrator", "foreign"),
        ("administrator", "region"),
        ("x", "demo"),
    ],
)
def test_an_administrator_gives_nothing_beyond_his_school(
    people: dict[str, User], client: Client, role: str, organization: str
) -> None:
    with rows.writing():
        rows.school("foreign", "Другая школа")
    asked = {"role": role, "organization": organization, "do": "give"}
    assert client.post(address(people["teacher"]), asked).status_code == 404
    assert given(people["teacher"]) == set()


def test_a_stranger_to_the_school_is_given_nothing_here(people: dict[str, User], client: Client) -> None:
    with rows.writing():
        foreign = rows.school("foreign", "Другая школа")
        stranger = rows.user("stranger")
        rows.employ(rows.person("Чужая", user=stranger), foreign)
    asked = {"role": "administrator", "organization": "demo", "do": "give"}
    assert client.post(address(stranger), asked).status_code == 404
    assert client.post(f"/users/foreign/rights/{stranger.pk}/", asked).status_code == 404
    assert given(stranger) == set()


def test_an_operator_gives_what_he_has_himself_and_nothing_above(
    school: Organization, people: dict[str, User], client: Client
) -> None:
    with rows.writing():
        top = rows.region("top")
        Organization.objects.filter(key="region").update(parent=top)
        client.force_login(rows.granted("operator", Grant.OPERATOR, school.parent))
    teacher = people["teacher"]
    for organization, status in (("region", 302), ("top", 404), ("", 404), ("demo", 404)):
        asked = {"role": "operator", "organization": organization, "do": "give"}
        assert client.post(address(teacher), asked).status_code == status
    assert given(teacher) == {("operator", "region")}
