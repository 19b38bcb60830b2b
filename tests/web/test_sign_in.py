from __future__ import annotations

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.school.models import Organization
from tests import school_rows as rows
from tests.web.reading import elements, texts

LOGIN = "/accounts/login/"


@pytest.fixture
def person(db: None) -> User:
    with rows.writing():
        return rows.user("teacher")


def test_a_name_and_a_password_sign_in_and_lead_back(person: User, client: Client) -> None:
    response = client.get("/registry/?page=2")
    assert response.headers["Location"] == f"{LOGIN}?next=/registry/%3Fpage%3D2"
    asked = client.get(response.headers["Location"])
    back = dict(elements(asked, "input", name="next")[0].attributes)["value"]
    response = client.post(LOGIN, {"login": "teacher", "password": rows.PASSWORD, "next": back})
    assert (response.status_code, response.headers["Location"]) == (302, "/registry/?page=2")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(person: User, client: Client) -> None:
    told = [
        texts(client.post(LOGIN, {"login": login, "password": "wrong"}), "div", role="alert")
        for login in ("teacher", "nobody")
    ]
    assert (
        told[0]
        == told[1]
        == [
            "Имя пользователя и/или пароль неверны. "
            "Проверьте раскладку клавиатуры и Caps Lock. Если пароль забыт, обратитесь к администратору школы."
        ]
    )


def test_the_name_stays_in_the_form_and_the_password_does_not(person: User, client: Client) -> None:
    response = client.post(LOGIN, {"login": "teacher", "password": "wrong"})
    fields = [dict(elements(response, "input", name=name)[0].attributes) for name in ("login", "password")]
    assert [field.get("value") for field in fields] == ["teacher", None]
    assert [field["autocomplete"] for field in fields] == ["username", "current-password"]


def test_the_fifth_wrong_password_closes_the_door_even_to_the_right_one(person: User, client: Client) -> None:
    codes = [client.post(LOGIN, {"login": "teacher", "password": "wrong"}).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    response = client.post(LOGIN, {"login": "teacher", "password": rows.PASSWORD})
    assert (response.status_code, texts(response, "h1")) == (429, ["Слишком много попыток входа"])


def test_a_closed_account_does_not_sign_in(person: User, client: Client) -> None:
    with rows.writing():
        person.is_active = False
        person.save()
    response = client.post(LOGIN, {"login": "teacher", "password": rows.PASSWORD}, follow=True)
    assert (texts(response, "h1"), "_auth_user_id" in client.session) == (["Вход закрыт"], False)


@pytest.mark.parametrize("page", ["signup", "password/reset", "email", "password/change", "reauthenticate"])
def test_other_pages_of_allauth_do_not_exist(page: str, client: Client, db: None) -> None:
    assert client.get(f"/accounts/{page}/").status_code == 404


def test_signing_out_is_a_button_and_needs_a_post(person: User, client: Client) -> None:
    client.force_login(person)
    assert texts(client.get("/accounts/logout/"), "button") == ["Выйти"]
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_a_fragment_asked_for_after_the_session_ended_sends_the_browser_to_sign_in(
    school: Organization, client: Client
) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/registry/?school=demo"}
    response = client.get("/runs/1/", headers=headers)
    assert response.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fregistry%2F%3Fschool%3Ddemo"


def test_the_person_is_called_by_name_and_where_there_is_none_by_his_account(person: User, client: Client) -> None:
    client.force_login(person)
    assert texts(client.get("/", follow=True), "button", **{"class": "menu-name"}) == ["teacher"]
    with rows.writing():
        rows.person("Петрова", user=person)
    assert texts(client.get("/", follow=True), "button", **{"class": "menu-name"}) == ["Петрова Анна"]


def test_who_administers_nothing_has_no_administration_in_his_menu(person: User, client: Client) -> None:
    client.force_login(person)
    response = client.get("/", follow=True)
    assert (texts(response, "h1"), texts(response, "p", id="menu-administration")) == (["Чаты"], [])


def test_pages_are_not_kept_by_the_browser(person: User, client: Client) -> None:
    client.force_login(person)
    headers = client.get("/").headers
    assert headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert headers["Vary"].split(", ") == ["HX-Request", "Cookie"]
