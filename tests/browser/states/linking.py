"""«Внешние системы»: the dialog of the own menu, and the page for who has no scripts."""

from __future__ import annotations

from django.conf import settings
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Account, Person
from tests.browser.states.state import State
from tests.browser.states.viewers import nobody, operator, teacher

PAGE, TITLE = "/external-systems/", "Внешние системы"


def linked() -> User:
    user = teacher()
    person = Person.objects.get(user=user)
    Account.objects.create(person=person, messenger="vk", external_id="800000001")
    return user


def without_application() -> User:
    """What browser/conftest.py has set is set back after each test."""
    settings.VK_ID_CLIENT_ID = ""
    return teacher()


def opened(page: Page) -> None:
    if not (name := page.locator(".menu-name")).is_visible():
        page.get_by_role("button", name="Меню").click()
    name.click()
    page.get_by_role("button", name=TITLE).click()
    expect(page.get_by_role("dialog").get_by_role("button").first).to_be_visible()


def asked(page: Page) -> None:
    opened(page)
    page.get_by_role("button", name="Отменить привязку", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Да", exact=True)).to_be_visible()


def stale(page: Page) -> None:
    page.goto("/external-systems/vk/callback/?code=c&state=s&device_id=d")
    expect(page.get_by_role("alert")).to_be_visible()


def pressed(page: Page) -> None:
    """Unlinked, and back on the page."""
    page.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("status").first).to_be_visible()


def back_without_session(page: Page) -> None:
    expect(page.get_by_role("status").first).to_be_visible()


STATES = [
    State("external-dialog", "external_systems", "/", teacher, opened),
    State("external-dialog-linked", "external_systems", "/", linked, opened),
    State("external-dialog-unlinking", "external_systems", "/", linked, asked),
    State("external-dialog-nobody", "external_systems", "/registry/", operator, opened),
    State("external", "external_systems", PAGE, teacher),
    State("external-linked", "external_systems", PAGE, linked),
    State("external-unlinking", "external_systems", f"{PAGE}?unlink=1", linked),
    State("external-unlinked", "external_systems", f"{PAGE}?unlink=1", linked, pressed),
    State("external-not-set-up", "external_systems", PAGE, without_application),
    State("external-trouble", "profile_linked", "/", teacher, stale),
    State("external-signed-out", "profile_linked", "/external-systems/vk/callback/", nobody, back_without_session),
]
NO_PAGES = {"start_linking": "leads to VK ID", "unlink_profile": "leads back to the page"}
