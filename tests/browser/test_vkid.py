"""VK ID's pages of the stand-in in a real Chromium: accessible, no sideways scrolling, usable by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stand_pages import State, assert_clean, each, ground, take_pictures, went_on
from tests.sandbox.process import Sandbox, running
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.telephone import codes

LONG = "Государственная информационная система «Электронная школа Пензенской области»"
PHONE, FREE = "+79990000001", "+70000000001"
PERSON = {
    "key": "anna",
    "first_name": "Анна",
    "last_name": "Константинопольская-Белова",
    "middle_name": "Ильинична",
    "sex": 1,
    "birthday": "1991-03-08",
    "phone": PHONE,
    "password": "тайна",
}
KNOWN = {**PERSON, "profiles": ["vk", "study"], "device": True}


@pytest.fixture(scope="module")
def _stand() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def stand(_stand: Sandbox) -> Sandbox:
    assert _stand.control("reset").status_code == 200
    return _stand


@pytest.fixture
def app(stand: Sandbox, base_url: str) -> Application:
    """It is the product's server that people come back to: what it says there is its own affair."""
    app = Application(stand, redirect_uri=f"{base_url}/accounts/login/")
    app.register(name=LONG)
    stand.control("seed", {"users": [KNOWN], "phones": [FREE]})
    return app


def accounts(page: Page, app: Application) -> None:
    page.goto(app.sandbox.url + app.address())


def without_choice(page: Page, app: Application) -> None:
    accounts(page, app)
    page.locator("input:checked").evaluate("one => one.checked = false")
    page.locator("form").evaluate("one => one.noValidate = true")
    went_on(page)


def about(page: Page, app: Application) -> None:
    accounts(page, app)
    page.get_by_label("Учебный профиль").check()
    went_on(page)


def about_wrong(page: Page, app: Application) -> None:
    about(page, app)
    went_on(page, Имя="", Дата_рождения="3001-01-01")


def signin(page: Page, app: Application) -> None:
    page.goto(app.sandbox.url + app.address(prompt="login"))


def signin_wrong(page: Page, app: Application) -> None:
    signin(page, app)
    went_on(page, Телефон_или_почта="+79990000009")


def register(page: Page, app: Application) -> None:
    signin(page, app)
    page.get_by_role("link", name="Зарегистрироваться").click()


def code(page: Page, app: Application) -> None:
    signin(page, app)
    went_on(page, Телефон_или_почта=PHONE)


def code_wrong(page: Page, app: Application) -> None:
    code(page, app)
    went_on(page, Код="x")


def password(page: Page, app: Application) -> None:
    code(page, app)
    page.get_by_role("link", name="Войти с паролем").click()


def study(page: Page, app: Application) -> None:
    other = {**PERSON, "key": "vera", "phone": "+79990000002"}
    app.sandbox.seed(other)
    signin(page, app)
    went_on(page, Телефон_или_почта="+79990000002")
    went_on(page, Код=codes(app.sandbox, "+79990000002")[0])


def registered(page: Page, app: Application) -> None:
    register(page, app)
    went_on(page, Телефон=FREE)
    went_on(page, Код=codes(app.sandbox, FREE)[0])


def phone(page: Page, app: Application) -> None:
    code(page, app)
    page.goto(f"{app.sandbox.url}/phone/?number=%2B79990000001")


def phone_unknown(page: Page, app: Application) -> None:
    page.goto(f"{app.sandbox.url}/phone/?number=112")


def refused(page: Page, app: Application) -> None:
    page.goto(app.sandbox.url + app.address(redirect_uri="http://127.0.0.1:9/"))


def over(page: Page, app: Application) -> None:
    page.goto(f"{app.sandbox.url}/auth/x/accounts")


def stale(page: Page, app: Application) -> None:
    signin(page, app)
    page.context.clear_cookies(name="vk_sandbox_csrf")
    went_on(page)


STATES: list[State[Application]] = [
    State(accounts, "Аккаунты на этом устройстве"),
    State(without_choice, "Аккаунты на этом устройстве", 400),
    State(about, "Информация о себе"),
    State(about_wrong, "Информация о себе", 400),
    State(signin, "Вход с VK ID"),
    State(signin_wrong, "Вход с VK ID", 400),
    State(register, "Регистрация"),
    State(code, "Код из SMS"),
    State(code_wrong, "Код из SMS", 400),
    State(password, "Пароль"),
    State(study, "Создайте учебный профиль"),
    State(registered, "Информация о себе"),
    State(phone, "Телефон"),
    State(phone_unknown, "Телефон", 404),
    State(refused, "Войти отсюда нельзя", 400),
    State(over, "Этот вход уже завершён", 404),
    State(stale, "Страница устарела", 403),
]
each_state = each(STATES)


@each_state
def test_page_is_clean(state: State[Application], page: Page, app: Application, axe: Callable[[], list[str]]) -> None:
    assert_clean(page, app, state, axe)


def test_a_scheme_that_was_asked_for_is_shown(page: Page, app: Application) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(app.sandbox.url + app.address(scheme="dark"))
    assert ground(page) < 60
    page.goto(app.sandbox.url + app.address(scheme="light"))
    assert ground(page) > 200


def test_the_whole_way_goes_by_the_keyboard_alone(page: Page, app: Application) -> None:
    accounts(page, app)
    press(page, "Tab", "ArrowUp", "ArrowDown", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Информация о себе")
    page.get_by_label("Имя").focus()
    press(page, "Enter")
    expect(page).to_have_url(re.compile(re.escape(app.redirect_uri)))
    told = dict(part.split("=") for part in page.url.partition("?")[2].split("&"))
    user: dict[str, Any] = app.exchange(told)
    assert user["user_id"] == app.sandbox.seed(PERSON)["users"][0]["study_id"]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_form_may_lead_on_to_the_application_and_nowhere_else(page: Page, app: Application) -> None:
    accounts(page, app)
    page.get_by_role("button", name="Отмена").click()
    expect(page).to_have_url(re.compile(rf"{re.escape(app.redirect_uri)}\?error=access_denied"))
    accounts(page, app)
    with page.expect_console_message(lambda message: "form-action" in message.text):
        page.locator("form").evaluate("one => { one.action = 'http://127.0.0.1:9/'; one.submit() }")
    told = page.complaints  # type: ignore[attr-defined]
    assert len(told) == 1
    told.clear()


@each_state
def test_screenshots(state: State[Application], page: Page, app: Application, request: pytest.FixtureRequest) -> None:
    take_pictures(page, app, state, Path(request.config.getoption("--screenshots")), "vkid")
