"""«Другой аккаунт»: only phones, codes and passwords that the stand-in issued, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA
from tests.sandbox.vkid.telephone import FREE, PHONE, codes, entered, inside

BOTH = ["vk", "study"]


def test_where_nobody_is_known_the_phone_is_asked_for(app: Application, visitor: Browser) -> None:
    assert visitor.open(app.address()).heading == "Вход с VK ID"
    assert [one.label for one in visitor.form.fields if one.kind != "hidden"] == ["Телефон или почта"]


def test_another_account_can_be_used_where_somebody_is_known(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    assert visitor.open(app.address()).press("Другой аккаунт").heading == "Вход с VK ID"
    assert visitor.follow("Назад").heading == "Аккаунты на этом устройстве"


@pytest.mark.parametrize("name", [PHONE, "8 (999) 000-00-01", "9990000001", "ANNA@school.example"])
def test_a_code_from_the_page_of_the_phone_lets_one_in(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], name: str
) -> None:
    entered(app, visitor, name)
    assert visitor.heading == "Код из SMS"
    visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])
    assert visitor.heading == "Аккаунты на этом устройстве"
    assert [one.label for one in visitor.form.fields if one.checked] == ["А Анна Белова Учебный профиль"]
    told = visitor.press("Продолжить").press("Продолжить").told
    assert app.exchange(told)["user_id"] == stranger["study_id"]


def test_who_signed_in_is_remembered_and_the_people_of_every_device_are_not_listed(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    sandbox.seed({"key": "b", "first_name": "Б", "last_name": "В", "device": True})
    visitor.open(app.address()).press("Другой аккаунт").press("Продолжить", Телефон_или_почта=PHONE)
    visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])
    assert visitor.open(app.address()).choices == ["А Анна Белова VK ID", "А Анна Белова Учебный профиль"]


def test_a_password_lets_one_in(app: Application, visitor: Browser, stranger: dict[str, Any]) -> None:
    entered(app, visitor, PHONE).follow("Войти с паролем")
    assert visitor.heading == "Пароль"
    assert visitor.press("Продолжить", Пароль="тайна Анны").heading == "Аккаунты на этом устройстве"


def test_who_has_mail_and_a_password_needs_no_phone(app: Application, visitor: Browser, sandbox: Sandbox) -> None:
    sandbox.seed({name: value for name, value in ANNA.items() if name != "phone"} | {"profiles": BOTH})
    assert entered(app, visitor, "anna@school.example").heading == "Пароль"
    assert visitor.press("Продолжить", Пароль="тайна Анны").heading == "Аккаунты на этом устройстве"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "Напишите номер телефона"),
        ("Анна", "Напишите номер телефона"),
        ("+79990000002", "Такого номера стенд не выдавал"),
        (FREE, "Такого номера стенд не выдавал"),
        ("boris@school.example", "Такой почты на стенде ни у кого нет"),
        ("@", "Такой почты на стенде ни у кого нет"),
        ("dumb@school.example", "ни телефона, ни пароля"),
    ],
)
def test_what_the_stand_in_has_not_issued_is_not_taken(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], name: str, said: str
) -> None:
    sandbox.seed({"key": "d", "first_name": "Г", "last_name": "Д", "email": "dumb@school.example"})
    entered(app, visitor, name)
    assert (visitor.answer.status_code, visitor.heading) == (400, "Вход с VK ID")
    assert said in visitor.text


def test_no_step_can_be_skipped(app: Application, visitor: Browser, stranger: dict[str, Any]) -> None:
    visitor.open(app.address())
    way = visitor.url.removesuffix("signin")
    for step in ("accounts", "code", "password", "study", "about"):
        assert visitor.open(f"{way}{step}").heading == "Вход с VK ID"
    mark = {"csrfmiddlewaretoken": visitor.form.fields[0].value}
    assert visitor.send(mark | {"account": str(stranger["study_id"])}, f"{way}accounts").left == ""
    assert visitor.send(mark | {"first_name": "А"}, f"{way}about").heading == "Вход с VK ID"
    entered(app, visitor, PHONE)
    for step in ("accounts", "study", "about"):
        assert visitor.open(visitor.url.replace("code", step)).heading == "Вход с VK ID"
        visitor.open(visitor.url.replace("signin", "code"))


def test_a_wrong_code_is_no_code_and_after_five_the_right_one_is_none_either(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    entered(app, visitor, PHONE)
    [right] = codes(sandbox, PHONE)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(4):
        visitor.press("Продолжить", Код=wrong)
        assert (visitor.answer.status_code, "Код не подходит" in visitor.text) == (400, True)
    for code in (wrong, right, right):
        visitor.press("Продолжить", Код=code)
        assert (visitor.answer.status_code, "Слишком много попыток" in visitor.text) == (429, True)
    assert visitor.heading == "Код из SMS"


def test_a_code_with_its_digits_apart_is_the_code(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    entered(app, visitor, PHONE)
    [code] = codes(sandbox, PHONE)
    assert visitor.press("Продолжить", Код=f" {code[:3]} {code[3:]} ").heading == "Аккаунты на этом устройстве"


def test_a_code_is_good_for_ten_minutes(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], pass_time: Any
) -> None:
    entered(app, visitor, PHONE)
    [code] = codes(sandbox, PHONE)
    pass_time(600)
    visitor.press("Продолжить", Код=code)
    assert (visitor.answer.status_code, "Срок кода вышел" in visitor.text) == (400, True)


def test_another_code_can_be_had_after_a_minute_and_replaces_the_first(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], pass_time: Any
) -> None:
    entered(app, visitor, PHONE)
    visitor.press("Отправить код ещё раз")
    assert (visitor.answer.status_code, "Новый код можно получить через" in visitor.text) == (429, True)
    entered(app, visitor, PHONE)
    assert len(codes(sandbox, PHONE)) == 1
    pass_time(60)
    visitor.press("Отправить код ещё раз")
    assert "Новый код отправлен" in visitor.text
    second, first = codes(sandbox, PHONE)
    if first != second:
        assert "Код не подходит" in visitor.press("Продолжить", Код=first).text
    assert visitor.press("Продолжить", Код=second).heading == "Аккаунты на этом устройстве"


def test_a_number_gets_ten_codes_an_hour(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], pass_time: Any
) -> None:
    entered(app, visitor, PHONE)
    for _ in range(9):
        pass_time(61)
        assert visitor.press("Отправить код ещё раз").answer.status_code == 200
    pass_time(61)
    assert visitor.press("Отправить код ещё раз").answer.status_code == 429


def test_a_used_code_is_used_up(app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]) -> None:
    inside(app, visitor, sandbox)
    visitor.press("Другой аккаунт").press("Продолжить", Телефон_или_почта=PHONE)
    assert "Срок кода вышел" in visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0]).text


def test_a_code_is_good_only_in_the_browser_that_asked_for_it(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    entered(app, visitor, PHONE)
    other = Browser(sandbox.url)
    with other.http:
        entered(app, other, PHONE)
        assert "Срок кода вышел" in other.press("Продолжить", Код=codes(sandbox, PHONE)[0]).text
    assert visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0]).heading == "Аккаунты на этом устройстве"


def test_a_password_is_guessed_five_times_in_ten_minutes_from_wherever(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any], pass_time: Any
) -> None:
    entered(app, visitor, PHONE).follow("Войти с паролем")
    for _ in range(5):
        visitor.press("Продолжить", Пароль="тайна")
        assert (visitor.answer.status_code, "Пароль не подходит" in visitor.text) == (400, True)
    other = Browser(sandbox.url)
    with other.http:
        entered(app, other, "anna@school.example").follow("Войти с паролем").press("Продолжить", Пароль="тайна Анны")
        assert (other.answer.status_code, "Слишком много попыток" in other.text) == (429, True)
    pass_time(600)
    assert visitor.press("Продолжить", Пароль="тайна Анны").heading == "Аккаунты на этом устройстве"


@pytest.mark.parametrize("given", [{}, {"password": ""}])
def test_who_was_given_no_password_has_none(
    app: Application, visitor: Browser, sandbox: Sandbox, given: dict[str, str]
) -> None:
    sandbox.seed({"key": "b", "first_name": "Б", "last_name": "В", "phone": PHONE, **given})
    entered(app, visitor, PHONE)
    assert "Войти с паролем" not in visitor.text
    assert visitor.open(visitor.url.replace("code", "password")).heading == "Вход с VK ID"


def test_the_cookie_is_another_one_after_a_sign_in(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    entered(app, visitor, PHONE)
    before = visitor.http.cookies["vk_sandbox_session"]
    visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])
    assert visitor.http.cookies["vk_sandbox_session"] != before
    other = Browser(sandbox.url)
    with other.http:
        other.http.cookies.set("vk_sandbox_session", before)
        assert other.open(visitor.url).answer.status_code == 404
        assert other.open(app.address()).heading == "Вход с VK ID"
