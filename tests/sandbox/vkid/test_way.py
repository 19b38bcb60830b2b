"""The way of one who is known on the device: account, «Информация о себе», back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import NAME, Application, names_of
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA


def test_the_accounts_of_the_device_are_offered_both_profiles_of_each(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    visitor.open(app.address())
    assert visitor.heading == "Аккаунты на этом устройстве"
    assert visitor.choices == ["А Анна Белова VK ID", "А Анна Белова Учебный профиль"]
    assert list(visitor.form.buttons) == ["Продолжить", "Другой аккаунт", "Отмена"]
    assert NAME in visitor.text


def test_the_way_leads_back_with_a_code(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    visitor.open(app.address(state="-own_state-")).press("Продолжить", choose="Учебный профиль")
    assert visitor.heading == "Информация о себе"
    told = visitor.press("Продолжить").told
    assert visitor.left.startswith(f"{app.redirect_uri}?")
    assert told | {"code": "", "device_id": ""} == {
        "code": "",
        "device_id": "",
        "state": "-own_state-",
        "expires_in": "600",
        "type": "code_v2",
    }
    assert len(told["code"]) > 30
    assert len(told["device_id"]) > 30


def test_the_page_about_oneself_has_the_words_of_the_guide(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    fields = {one.label: one.value for one in visitor.form.fields if one.kind != "hidden"}
    assert [*fields] == ["Имя", "Отчество", "Женский", "Мужской", "Дата рождения"]
    assert (fields["Имя"], fields["Отчество"], fields["Дата рождения"]) == ("Анна", "Ильинична", "08.03.1991")
    assert [one.label for one in visitor.form.fields if one.checked] == ["Женский"]
    for words in (
        "vk ID",
        f"Подключение к «{NAME}»",
        "Вход с учебным профилем через VK Мессенджер",
        "Безопасное общение",
        "Регистрация при необходимости",
        "Пол",
    ):
        assert words in visitor.text
    assert visitor.follow("Назад").heading == "Аккаунты на этом устройстве"


def test_what_is_told_about_oneself_is_kept_by_the_chosen_profile(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    assert visitor.press("Продолжить", Имя="Аня", Дата_рождения="9.3.1991", choose="Мужской").left
    ids = f"{anna['study_id']},{anna['id']}"
    study, vk = sandbox.response("users.get", anna["token"], user_ids=ids, fields="sex,bdate")
    assert (study["first_name"], study["sex"], study["bdate"]) == ("Аня", 2, "9.3.1991")
    assert (vk["first_name"], vk["sex"], vk["bdate"]) == ("Анна", 1, "8.3.1991")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"Имя": " "}, "Напишите имя"),
        ({"Отчество": "а" * 201}, "Не больше 200 знаков"),
        ({"Дата_рождения": "31.02.1991"}, "Напишите дату рождения"),
        ({"Дата_рождения": "3001-01-01"}, "Напишите дату рождения"),
        ({"Дата_рождения": "вчера"}, "Напишите дату рождения"),
    ],
)
def test_a_mistake_about_oneself_is_said_and_leads_nowhere(
    app: Application, visitor: Browser, anna: dict[str, Any], told: dict[str, str], said: str
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль").press("Продолжить", **told)
    assert (visitor.left, visitor.answer.status_code, visitor.heading) == ("", 400, "Информация о себе")
    assert said in visitor.text


def test_who_cancels_goes_back_with_a_refusal(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    told = visitor.open(app.address(state="x")).press("Отмена").told
    assert told == {"error": "access_denied", "error_description": "the person declined", "state": "x"}


def test_nobody_goes_on_without_a_choice_or_as_somebody_else(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    [stranger] = sandbox.people(1, profiles=["vk", "study"])
    visitor.open(app.address())
    form = visitor.filled(visitor.form, {})
    for account in ("", "anna", str(stranger.id), str(stranger.study_id)):
        visitor.open(app.address()).send(form | {"account": account})
        assert (visitor.answer.status_code, visitor.heading) == (400, "Аккаунты на этом устройстве")
        assert "Выберите, с каким аккаунтом продолжить" in visitor.text


def test_a_finished_way_is_not_gone_twice(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    last = visitor.url
    assert visitor.press("Продолжить").left
    visitor.open(last)
    assert (visitor.answer.status_code, visitor.heading) == (404, "Этот вход уже завершён")


def test_an_attempt_belongs_to_the_browser_it_began_in(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    other = Browser(sandbox.url)
    with other.http:
        assert other.open(visitor.url).answer.status_code == 404
        other.open(app.address())
        assert other.open(visitor.url).answer.status_code == 404


def test_an_attempt_ends_after_an_hour(
    app: Application, visitor: Browser, anna: dict[str, Any], pass_time: Any
) -> None:
    visitor.open(app.address())
    pass_time(3500)  # a busy machine takes some of the rest
    assert visitor.open(visitor.url).answer.status_code == 200
    pass_time(101)
    assert visitor.open(visitor.url).answer.status_code == 404


def test_a_form_without_the_mark_of_the_cookie_is_refused(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    form = visitor.filled(visitor.form, {})
    where = visitor.url
    for wrong in ({}, {"csrfmiddlewaretoken": "x" * 64}):
        sent = {name: value for name, value in form.items() if name != "csrfmiddlewaretoken"} | wrong
        visitor.send(sent, where)
        assert (visitor.answer.status_code, visitor.heading) == (403, "Страница устарела")
    foreign = visitor.http.post(where, data=form, headers={"Origin": "http://127.0.0.1:9"})
    assert foreign.status_code == 403
    assert visitor.send(form, where).left


def test_the_cookies_are_the_sandboxs_own_and_out_of_reach(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    answer = sandbox.http.get(app.address())
    assert names_of(answer) == {"vk_sandbox_session"}
    visitor.open(app.address())
    assert names_of(visitor.answer) == {"vk_sandbox_csrf"}
    for line in answer.headers.get_list("set-cookie") + visitor.answer.headers.get_list("set-cookie"):
        assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in line.split(";")}
    sandbox.http.cookies.clear()


@pytest.mark.parametrize("day", ["09.03.1991", "9.3.1991", "1991-03-09", " 9.03.1991 "])
def test_a_birthday_is_read_as_people_write_it(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any], day: str
) -> None:
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    assert visitor.press("Продолжить", Дата_рождения=day).left
    assert sandbox.response("users.get", anna["token"], fields="bdate")[0]["bdate"] == "9.3.1991"


def test_quotes_in_a_name_become_inner_ones(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    app.register(name="Система «Школа»")
    assert "подключиться к «Система „Школа“»." in visitor.open(app.address()).text


def test_every_page_says_what_it_is_and_lets_forms_go_only_where_they_may(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    visitor.open(app.address())
    pages = [visitor.answer, visitor.press("Продолжить", choose="Учебный профиль").answer]
    for page in pages:
        assert '<p class="banner">Учебный стенд, не VK</p>' in page.text
        assert page.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'self'; base-uri 'none';"
            " form-action 'self' http://127.0.0.1:9; frame-ancestors 'none'"
        )
        assert page.headers["cache-control"] == "no-store"
        assert re.findall(r"<script|<style|style=|<img|https?://| on\w+=", page.text) == []


def test_people_are_known_by_default_only_where_nobody_signed_in(
    app: Application, visitor: Browser, sandbox: Sandbox
) -> None:
    sandbox.seed(ANNA)
    assert visitor.open(app.address()).url.endswith("/signin")
    sandbox.seed(ANNA | {"device": True})
    assert visitor.open(app.address()).choices == ["А Анна Белова VK ID"]


def test_who_has_no_study_profile_gets_one_on_the_way(app: Application, visitor: Browser, sandbox: Sandbox) -> None:
    [anna] = sandbox.seed(ANNA | {"device": True})["users"]
    visitor.open(app.address()).press("Продолжить", choose="VK ID")
    assert visitor.heading == "Создайте учебный профиль"
    about = visitor.url.replace("study", "about")
    assert visitor.open(about).heading == "Создайте учебный профиль"
    visitor.press("Создать учебный профиль")
    assert visitor.heading == "Информация о себе"
    told = visitor.press("Продолжить").told
    [again] = sandbox.seed(ANNA)["users"]
    assert again["study_id"] is not None
    assert app.exchange(told)["user_id"] == again["study_id"]
    assert sandbox.response("users.get", anna["token"])[0]["id"] == again["study_id"]
    [study] = sandbox.response("users.get", anna["token"], user_ids=str(again["study_id"]), fields="sex,bdate")
    assert (study["first_name"], study["last_name"], study["bdate"]) == ("Анна", "Белова", "8.3.1991")
