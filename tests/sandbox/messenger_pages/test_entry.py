"""The three buttons of «VK Мессенджер», and who is known without a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA
from tests.sandbox.vkid.telephone import FREE, PHONE, codes

BUTTONS = ["Войти", "Зарегистрироваться", "Создать профиль Сферума"]
STUDY, VK = "Анна Белова Учебный профиль", "Анна Белова VK ID"


def whose(browser: Browser) -> str:
    """Who is in, as the page says it."""
    assert browser.heading == "Чаты", browser.text
    return browser.text.partition("не VK ")[2].partition(" Сменить")[0]


def entered(browser: Browser, way: str, phone: str = PHONE) -> Browser:
    return browser.open("/messenger/").press(way).press("Продолжить", Телефон_или_почта=phone)


def test_whom_nobody_knows_is_offered_three_ways_in(sandbox: Sandbox, visitor: Browser) -> None:
    visitor.open("/messenger/")
    assert (visitor.heading, list(visitor.form.buttons)) == ("VK Мессенджер", BUTTONS)
    assert "Используйте VK ID, чтобы начать общение" in visitor.text
    assert visitor.text.startswith("VK Мессенджер — учебный стенд Учебный стенд, не VK")
    assert visitor.http.cookies.get("vk_sandbox_session") is None


def test_who_signs_in_by_phone_is_in_with_his_study_profile(
    sandbox: Sandbox, visitor: Browser, stranger: dict[str, Any]
) -> None:
    assert entered(visitor, "Войти").heading == "Код из SMS"
    assert whose(visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])) == STUDY
    assert visitor.url == f"{sandbox.url}/messenger/"


def test_who_signs_in_by_mail_and_password_is_in_too(visitor: Browser, stranger: dict[str, Any]) -> None:
    entered(visitor, "Войти", "anna@school.example").follow("Войти с паролем")
    assert whose(visitor.press("Продолжить", Пароль="тайна Анны")) == STUDY


def test_who_has_no_study_profile_may_be_in_without_one(sandbox: Sandbox, visitor: Browser) -> None:
    sandbox.seed(ANNA)
    entered(visitor, "Войти")
    assert whose(visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])) == VK
    assert sandbox.seed(ANNA)["users"][0]["study_id"] is None
    assert "Создать профиль Сферума" in visitor.text


@pytest.mark.parametrize(("choose", "who"), [("Учебный профиль", STUDY), ("VK ID", VK)])
def test_where_the_device_knows_somebody_he_is_chosen(
    visitor: Browser, anna: dict[str, Any], choose: str, who: str
) -> None:
    assert visitor.open("/messenger/").press("Войти").heading == "Аккаунты на этом устройстве"
    assert "войти в VK Мессенджер" in visitor.text
    assert whose(visitor.press("Продолжить", choose=choose)) == who


def test_the_study_profile_is_the_likely_one(visitor: Browser, anna: dict[str, Any]) -> None:
    visitor.open("/messenger/").press("Войти")
    assert [one.label for one in visitor.form.fields if one.checked] == ["А Анна Белова Учебный профиль"]


def test_who_registers_tells_of_himself_and_is_in(sandbox: Sandbox, visitor: Browser) -> None:
    sandbox.control("seed", {"phones": [FREE]})
    assert visitor.open("/messenger/").press("Зарегистрироваться").heading == "Регистрация"
    visitor.press("Продолжить", Телефон=FREE)
    assert visitor.press("Продолжить", Код=codes(sandbox, FREE)[0]).heading == "Информация о себе"
    assert "Вход в VK Мессенджер" in visitor.text
    assert whose(visitor.press("Продолжить", Имя="Вера", choose="Женский")) == "Вера Учебный профиль"


def test_a_profile_of_sferum_is_made_where_there_is_none(sandbox: Sandbox, visitor: Browser) -> None:
    sandbox.seed(ANNA)
    entered(visitor, "Создать профиль Сферума")
    assert visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0]).heading == "Создайте учебный профиль"
    assert visitor.press("Создать учебный профиль").heading == "Информация о себе"
    assert whose(visitor.press("Продолжить")) == STUDY
    assert sandbox.seed(ANNA)["users"][0]["study_id"] is not None


def test_who_has_a_profile_of_sferum_is_simply_in(sandbox: Sandbox, visitor: Browser, stranger: dict[str, Any]) -> None:
    entered(visitor, "Создать профиль Сферума")
    assert whose(visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])) == STUDY


def test_who_chooses_his_vk_id_though_he_has_a_profile_of_sferum_is_in_with_that(
    visitor: Browser, anna: dict[str, Any]
) -> None:
    visitor.open("/messenger/").press("Создать профиль Сферума")
    assert whose(visitor.press("Продолжить", choose="VK ID")) == STUDY


def test_who_is_in_without_a_study_profile_makes_one_there(sandbox: Sandbox, visitor: Browser) -> None:
    sandbox.seed(ANNA)
    entered(visitor, "Войти").press("Продолжить", Код=codes(sandbox, PHONE)[0])
    visitor.press("Создать профиль Сферума").press("Продолжить", choose="VK ID")
    assert visitor.press("Создать учебный профиль").press("Продолжить").heading == "Чаты"
    assert whose(visitor) == STUDY


@pytest.mark.parametrize("way", BUTTONS)
def test_cancelling_leads_back_to_the_three_ways(visitor: Browser, sandbox: Sandbox, way: str) -> None:
    assert visitor.open("/messenger/").press(way).press("Отмена").url == f"{sandbox.url}/messenger/"
    assert list(visitor.form.buttons) == BUTTONS


def test_cancelling_where_somebody_is_known_leads_back_too(visitor: Browser, anna: dict[str, Any]) -> None:
    assert list(visitor.open("/messenger/").press("Войти").press("Отмена").form.buttons) == BUTTONS


def test_who_linked_his_profile_needs_no_password(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    app.connected(visitor)
    assert whose(visitor.open("/messenger/")) == STUDY


def test_who_only_signed_in_and_then_declined_is_not_in(
    app: Application, visitor: Browser, sandbox: Sandbox, stranger: dict[str, Any]
) -> None:
    visitor.open(app.address()).press("Продолжить", Телефон_или_почта=PHONE)
    visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0]).press("Отмена")
    assert visitor.open("/messenger/").heading == "VK Мессенджер"


def test_another_browser_knows_nothing_of_it(sandbox: Sandbox, enter: Callable[..., Browser]) -> None:
    assert enter().heading == "Чаты"
    other = Browser(sandbox.url)
    with other.http:
        assert other.open("/messenger/").heading == "VK Мессенджер"


def test_the_account_is_changed_and_the_choice_stays(enter: Callable[..., Browser]) -> None:
    browser = enter()
    browser.press("Сменить аккаунт").press("Продолжить", choose="VK ID")
    assert whose(browser) == VK
    assert whose(browser.open("/messenger/")) == VK


def test_who_changes_his_mind_about_another_account_stays_who_he_is(enter: Callable[..., Browser]) -> None:
    assert whose(enter().press("Сменить аккаунт").press("Отмена")) == STUDY


def test_who_went_out_has_to_prove_again_who_he_is(enter: Callable[..., Browser]) -> None:
    browser = enter().press("Выйти")
    assert list(browser.form.buttons) == BUTTONS
    assert browser.press("Войти").heading == "Вход с VK ID"


def test_guesses_of_a_password_are_counted_here_too(visitor: Browser, stranger: dict[str, Any]) -> None:
    entered(visitor, "Войти", "anna@school.example").follow("Войти с паролем")
    for _ in range(5):
        visitor.press("Продолжить", Пароль="тайна")
    assert visitor.press("Продолжить", Пароль="тайна Анны").answer.status_code == 429


def test_nothing_that_was_not_issued_opens_it(visitor: Browser, sandbox: Sandbox) -> None:
    assert "стенд не выдавал" in entered(visitor, "Войти", "+79990000009").text
    visitor.http.cookies.set("vk_sandbox_session", "guessed")
    assert visitor.open("/messenger/").heading == "VK Мессенджер"


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/",
        "//evil.example/messenger/",
        "/\\evil.example/",
        "/messenger/../control/stats",
        "/messenger/\n",
        "javascript:alert(1)",
        "/authorize",
        "",
    ],
)
def test_nobody_is_led_anywhere_else(visitor: Browser, sandbox: Sandbox, anna: dict[str, Any], target: str) -> None:
    visitor.open("/messenger/")
    mark = {one.name: one.value for one in visitor.form.fields} | {"to": target, "way": "signin"}
    visitor.send(mark, "/messenger/enter").press("Продолжить", choose="Учебный профиль")
    assert visitor.url == f"{sandbox.url}/messenger/"


def test_applications_cannot_pass_themselves_off_as_the_messenger(
    sandbox: Sandbox, app: Application, enter: Callable[..., Browser]
) -> None:
    enter()
    asked = app.address(client_id="messenger", redirect_uri=f"{sandbox.url}/messenger/")
    assert sandbox.http.get(asked).status_code == 400
    refused = sandbox.control("seed", {"apps": [{"client_id": "messenger", "redirect_uris": ["http://a/"]}]})
    assert refused.status_code == 400


def test_forms_need_their_mark(visitor: Browser, sandbox: Sandbox) -> None:
    for path in ("enter", "leave", "convo/2000000001"):
        assert sandbox.http.post(f"/messenger/{path}", data={"way": "signin"}).status_code == 403


def test_pages_are_no_ones_but_the_browsers_own(enter: Callable[..., Browser]) -> None:
    answer = enter().answer
    assert answer.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
