"""Who lacks a study profile, or a VK ID at all, gets it on the way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA
from tests.sandbox.vkid.telephone import FREE, PHONE, codes, inside


def test_who_has_a_vk_id_alone_gets_a_study_profile_after_the_code(
    app: Application, visitor: Browser, sandbox: Sandbox
) -> None:
    sandbox.seed(ANNA)
    assert inside(app, visitor, sandbox).heading == "Создайте учебный профиль"
    assert visitor.press("Создать учебный профиль").heading == "Информация о себе"
    told = visitor.press("Продолжить").told
    assert app.exchange(told)["user_id"] == sandbox.seed(ANNA)["users"][0]["study_id"]


@pytest.mark.parametrize("way", ["signin", "register"])
def test_who_has_nothing_registers_with_a_free_number(
    app: Application, visitor: Browser, sandbox: Sandbox, way: str
) -> None:
    sandbox.control("seed", {"phones": [FREE]})
    visitor.open(app.address())
    if way == "register":
        assert visitor.follow("Зарегистрироваться").heading == "Регистрация"
        visitor.press("Продолжить", Телефон="8 000 000-00-07")
    else:
        visitor.press("Продолжить", Телефон_или_почта=FREE)
    visitor.press("Продолжить", Код=codes(sandbox, FREE)[0])
    assert visitor.heading == "Информация о себе"
    told = visitor.press("Продолжить", Имя="Вера", Отчество="Олеговна", choose="Женский").told
    given = app.exchange(told)
    user = app.post("user_info", access_token=given["access_token"])["user"]
    assert (user["first_name"], user["sex"], int(user["user_id"])) == ("Вера", 1, given["user_id"])
    assert visitor.open(app.address()).choices == ["В Вера VK ID", "В Вера Учебный профиль"]
    other = Browser(sandbox.url)
    with other.http:
        other.open(app.address()).follow("Зарегистрироваться").press("Продолжить", Телефон=FREE)
        assert "С этим номером уже есть VK ID" in other.text


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("", "Напишите номер телефона"),
        ("anna@school.example", "Напишите номер телефона"),
        (PHONE, "С этим номером уже есть VK ID"),
        ("+70000000008", "Такого номера стенд не выдавал"),
    ],
)
def test_only_free_numbers_can_be_registered(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], phone: str, said: str
) -> None:
    visitor.open(app.address()).follow("Зарегистрироваться").press("Продолжить", Телефон=phone)
    assert (visitor.answer.status_code, visitor.heading) == (400, "Регистрация")
    assert said in visitor.text


def test_a_number_is_registered_once_whoever_was_on_the_way(
    app: Application, visitor: Browser, sandbox: Sandbox, pass_time: Any
) -> None:
    sandbox.control("seed", {"phones": [FREE]})
    inside(app, visitor, sandbox, FREE)
    pass_time(61)
    other = Browser(sandbox.url)
    with other.http:
        inside(app, other, sandbox, FREE).press("Продолжить", Имя="Вера")
        assert other.left
    assert visitor.press("Продолжить", Имя="Ольга").left == ""
    assert visitor.heading == "Вход с VK ID"


@pytest.mark.parametrize("other", [PHONE, "+70000000008"])
def test_another_name_takes_back_what_was_proved(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], other: str
) -> None:
    sandbox.control("seed", {"phones": [FREE, "+70000000008"]})
    inside(app, visitor, sandbox, FREE)
    about = visitor.url
    visitor.follow("Назад").press("Продолжить", Телефон_или_почта=other)
    assert visitor.open(about).heading == "Вход с VK ID"


def test_another_name_takes_back_the_profile_that_was_chosen(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    sandbox.control("seed", {"phones": [FREE]})
    visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    about = visitor.url
    visitor.open(about.replace("about", "signin")).press("Продолжить", Телефон_или_почта=FREE)
    assert visitor.open(about).heading == "Аккаунты на этом устройстве"


def test_a_study_profile_is_not_made_without_the_button(app: Application, visitor: Browser, sandbox: Sandbox) -> None:
    sandbox.seed(ANNA)
    inside(app, visitor, sandbox)
    way = visitor.url
    mark = {"csrfmiddlewaretoken": visitor.form.fields[0].value, "first_name": "А"}
    assert visitor.send(mark, way.replace("study", "about")).heading == "Создайте учебный профиль"
    assert sandbox.seed(ANNA)["users"][0]["study_id"] is None
