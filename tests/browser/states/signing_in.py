"""Before anybody is recognized, and pages that are not there."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.states.state import State
from tests.browser.states.viewers import nobody, teacher


def wrong_password(page: Page) -> None:
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_be_visible()


def locked_out(page: Page) -> None:
    for _ in range(4):
        wrong_password(page)
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Слишком много попыток входа")).to_be_visible()


def without_cookie(page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Страница устарела")).to_be_visible()


STATES = [
    State("sign-in", "account_login", "/accounts/login/", nobody),
    State("sign-in-wrong", "account_login", "/accounts/login/", nobody, wrong_password),
    State("sign-in-locked", "account_login", "/accounts/login/", nobody, locked_out, 429),
    State("sign-in-stale", "", "/accounts/login/", nobody, without_cookie, 403),
    State("sign-out", "account_logout", "/accounts/logout/", teacher),
    State("sign-in-closed", "account_inactive", "/accounts/inactive/", nobody),
    State("missing", "", "/there-is-no-such-page/", nobody, None, 404),
]
NO_PAGES = {"start": "leads to the registry or to the own chats"}
