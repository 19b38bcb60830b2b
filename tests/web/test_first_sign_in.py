"""«Первый вход»: the code from the slip, then a name and a password of one's own."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.activation import issue
from peremena.school.models import Organization, Person
from peremena.web.views import activation as views
from peremena.web.wording import activation as words
from tests import school_rows as rows
from tests.intake.rosters import roster, take_in
from tests.web.first_sign_in import ACCOUNT_PAGE, CODE_PAGE, OWN, WRONG, choose, code_of, prove
from tests.web.reading import elements, texts

LOGIN = "/accounts/login/"


@pytest.fixture
def pupil(school: Organization) -> Person:
    found = Person.objects.filter(family_name="Сидорова").earliest("pk")
    with rows.writing():
        Person.objects.filter(pk=found.pk).update(middle_name="Петровна")
    return found


@pytest.fixture
def code(pupil: Person, school: Organization) -> str:
    return code_of(pupil)


def value(response: HttpResponse, name: str) -> str | None:
    return dict(elements(response, "input", name=name)[0].attributes).get("value")


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def told(response: HttpResponse) -> list[str]:
    return [*texts(response, "p", role="alert"), *texts(response, "p", **{"class": "field-error"})]


def test_the_sign_in_page_leads_there(client: Client, db: None) -> None:
    assert [dict(link.attributes)["href"] for link in elements(client.get(LOGIN), "a")] == [CODE_PAGE]


def test_a_code_opens_the_way_to_a_name_and_a_password_of_ones_own(client: Client, pupil: Person, code: str) -> None:
    prove(client, code.lower().replace("-", " "))
    page = client.get(ACCOUNT_PAGE)
    assert (texts(page, "h1"), texts(page, "p", **{"class": "bare-school text-secondary"})) == (
        ["Здравствуйте, Анна Петровна!"],
        ["Демо школа"],
    )
    assert "Сидорова" not in page.content.decode()  # no more of the person than needed
    assert value(page, "username") == "sidorova.a"
    response = choose(client)
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert texts(client.get("/", follow=True), "div", role="status") == [words.WELCOME.format(username="sidorova")]
    pupil.refresh_from_db()
    assert client.session["_auth_user_id"] == str(pupil.user_id)
    again = Client()
    assert again.post(LOGIN, {"login": "Sidorova", "password": OWN}).headers["Location"] == "/"


def test_a_used_code_an_unknown_one_and_that_of_somebody_who_left_are_told_alike(
    client: Client, pupil: Person, code: str
) -> None:
    prove(client, code)
    choose(client)
    leaver = Person.objects.filter(family_name="Кузнецова").earliest("pk")
    left, replaced = code_of(leaver), code_of(pupil)
    code_of(pupil)
    with rows.writing():
        Person.objects.filter(pk=leaver.pk).update(ended="2026-11-01")
    for bad in (code, WRONG, left, replaced, "нет кода", "x" * 500):
        response = Client().post(CODE_PAGE, {"code": bad})
        assert (response.status_code, told(response)) == (200, [words.CODE_REFUSED])
        assert value(response, "code") == bad[: views.LONGEST_CODE]  # nothing typed is lost
    assert told(Client().post(CODE_PAGE, {"code": " "})) == [words.CODE_WANTED]


@pytest.mark.parametrize(
    ("username", "password", "again", "trouble"),
    [
        ("", OWN, None, words.USERNAME_WANTED),
        ("аня", OWN, None, words.USERNAME_REFUSED),
        ("ab", OWN, None, words.USERNAME_REFUSED),
        ("a" * 31, OWN, None, words.USERNAME_REFUSED),
        (".anna", OWN, None, words.USERNAME_REFUSED),
        ("anna ivanova", OWN, None, words.USERNAME_REFUSED),
        ("Teacher", OWN, None, words.USERNAME_TAKEN),
        ("anna", "", None, words.WANTED),
        ("anna", OWN, "other", words.DIFFERENT),
        ("anna", OWN, "", words.DIFFERENT),
        ("anna", "x" * 201, None, words.TOO_LONG),
        ("anna", "short-1", None, "Введённый пароль слишком короткий. Он должен состоять из как минимум 10 символов."),
        ("anna", "1234567890", None, "Введённый пароль слишком широко распространён."),
        ("anna.sidorova", "anna.sidorova1", None, "Введённый пароль слишком похож на имя для входа."),
    ],
    ids=["none", "cyrillic", "short", "long", "dot", "space", "taken", "no-password", "differ", "once", "endless",
         "weak", "common", "similar"],
)  # fmt: skip
def test_what_does_not_do_is_told_and_the_name_is_not_lost(
    client: Client, code: str, username: str, password: str, again: str | None, trouble: str
) -> None:
    with rows.writing():
        rows.user("teacher")
    prove(client, code)
    response = choose(client, username, password, again)
    assert trouble in told(response)
    assert (value(response, "username") or "", value(response, "password"), value(response, "again")) == (
        username, None, None
    )  # fmt: skip
    assert (signed_in(client), User.objects.count()) == (False, 1)
    assert choose(client, "sidorova").status_code == 302  # the code is as good as before


def test_a_name_is_kept_in_small_letters(client: Client, code: str) -> None:
    prove(client, code)
    choose(client, " Anna.S ")
    assert list(User.objects.values_list("username", flat=True)) == ["anna.s"]


def test_a_name_taken_at_the_last_moment_is_told(client: Client, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with rows.writing():
        rows.user("teacher")
    prove(client, code)
    monkeypatch.setattr("peremena.web.forms.is_taken", lambda name: False)
    response = choose(client, "teacher")
    assert words.USERNAME_TAKEN in told(response)


def test_whoever_forgot_the_password_sets_a_new_one_and_the_old_sessions_are_over(
    client: Client, person: Person, school: Organization
) -> None:
    assert client.get("/external-systems/").status_code == 200
    fresh = Client()
    prove(fresh, code_of(person))
    page = fresh.get(ACCOUNT_PAGE)
    assert (elements(page, "input", name="username"), texts(page, "strong")) == ([], ["teacher"])
    assert choose(fresh, "ignored").headers["Location"] == "/"
    assert texts(fresh.get("/", follow=True), "div", role="status") == [words.SET_ANEW.format(username="teacher")]
    assert client.get("/external-systems/").headers["Location"].startswith(LOGIN)
    assert list(User.objects.values_list("username", flat=True)) == ["teacher"]
    assert Client().post(LOGIN, {"login": "teacher", "password": rows.PASSWORD}).status_code == 200  # refused
    assert Client().post(LOGIN, {"login": "teacher", "password": OWN}).status_code == 302


def test_without_a_code_there_is_no_second_page(client: Client, db: None) -> None:
    for response in (client.get(ACCOUNT_PAGE), choose(client)):
        assert (response.status_code, response.headers["Location"]) == (302, CODE_PAGE)
    assert User.objects.count() == 0


def test_the_way_from_the_code_to_the_name_is_half_an_hour(
    client: Client, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(client, code)
    now = views.time.time()
    monkeypatch.setattr(views.time, "time", lambda: now + views.GOOD_FOR - 1)
    assert client.get(ACCOUNT_PAGE).status_code == 200
    monkeypatch.setattr(views.time, "time", lambda: now + views.GOOD_FOR + 1)
    assert choose(client).headers["Location"] == CODE_PAGE
    assert told(client.get(CODE_PAGE)) == []
    assert User.objects.count() == 0


@pytest.mark.parametrize("how", ["left", "anew"])
def test_a_code_that_ends_on_the_way_is_of_no_use(client: Client, code: str, pupil: Person, how: str) -> None:
    prove(client, code)
    if how == "left":
        with rows.writing():
            Person.objects.filter(pk=pupil.pk).update(ended="2026-11-01")
    else:
        code_of(pupil)
    assert choose(client).headers["Location"] == CODE_PAGE
    assert texts(client.get(CODE_PAGE), "div", role="status") == [words.PROVE_AGAIN]
    assert User.objects.count() == 0


def test_one_proven_code_signs_in_one_browser(client: Client, code: str) -> None:
    other = Client()
    prove(client, code)
    prove(other, code)
    assert choose(client, "first").headers["Location"] == "/"
    assert choose(other, "second").headers["Location"] == CODE_PAGE
    assert not signed_in(other)
    assert list(User.objects.values_list("username", flat=True)) == ["first"]


def test_the_next_person_at_the_computer_begins_anew(client: Client, code: str) -> None:
    prove(client, code)
    client.get(CODE_PAGE)
    assert client.get(ACCOUNT_PAGE).headers["Location"] == CODE_PAGE


def test_neither_the_code_nor_the_password_is_kept_in_the_session_and_its_key_changes_twice(
    client: Client, code: str
) -> None:
    session = client.session
    session["planted"] = "1"
    session.save()
    keys = [session.session_key]
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    prove(client, code)
    keys.append(client.session.session_key)
    assert client.session[views.PROVEN].keys() == {"code", "at"}
    assert code.replace("-", "") not in str(dict(client.session)).replace("-", "")
    choose(client)
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    assert views.PROVEN not in client.session
    assert client.session.get_expire_at_browser_close()


def test_whoever_is_signed_in_is_asked_to_sign_out_first(client: Client, person: Person, code: str) -> None:
    for response in (client.get(CODE_PAGE), client.get(ACCOUNT_PAGE), client.post(CODE_PAGE, {"code": code})):
        assert (response.status_code, texts(response, "h1")) == (200, ["Вход уже выполнен"])
    (back,) = elements(response, "input", name="next")
    response = client.post("/accounts/logout/", {"next": dict(back.attributes)["value"]})
    assert response.headers["Location"] == CODE_PAGE
    prove(client, code)


def test_a_strange_page_cannot_sign_anybody_in(code: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(CODE_PAGE, {"code": code}).status_code == 403


def test_who_leaves_is_out_and_cannot_come_back_until_he_returns(client: Client, db: None) -> None:
    here = roster({"7А": ["anna", "vera"]})
    take_in(here)
    anna = Person.objects.get(family_name="anna")
    school = Organization.objects.get()
    prove(client, issue([anna.pk], school, actor=Actor.system("tests"))[anna.pk])
    choose(client, "anna", OWN)
    assert client.get("/external-systems/").status_code == 200
    take_in(roster({"7А": ["vera"]}))
    assert client.get("/external-systems/").headers["Location"].startswith(LOGIN)
    told = Client().post(LOGIN, {"login": "anna", "password": OWN}, follow=True)
    assert texts(told, "h1") == ["Вход закрыт"]
    take_in(here)
    assert Client().post(LOGIN, {"login": "anna", "password": OWN}).headers["Location"] == "/"


def test_every_rule_of_a_password_is_told_before_it_is_broken(client: Client, code: str) -> None:
    prove(client, code)
    assert texts(client.get(ACCOUNT_PAGE), "li") == [
        "Не похож на имя для входа",
        "Не короче 10 знаков",
        "Не из тех, что на слуху, вроде 1234567890 или qwertyuiop",
    ]
    assert len(words.RULES) == len(django_settings.AUTH_PASSWORD_VALIDATORS)
