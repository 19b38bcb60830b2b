"""A key is replaced and its fate followed; the chats of a school are switched off by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Connection, Grant, Organization
from peremena.sync.models import ConnectionCheck
from tests import school_rows as rows
from tests.browser.states.viewers import connected


@pytest.fixture
def viewer(sign_in: Callable[[User], None]) -> User:
    with rows.writing():
        user = rows.granted("operator", Grant.OPERATOR, connected().parent)
    sign_in(user)
    return user


def test_a_new_key_is_checked_while_the_page_watches(page: Page, viewer: User) -> None:
    page.goto("/connections/")
    page.get_by_role("link", name="Заменить ключ").click()
    page.get_by_label("Ключ доступа").fill("vk1.a.invented")
    page.get_by_role("button", name="Проверить и сохранить").click()
    expect(page.locator("#check-heading")).to_have_text("Проверяем ключ…")
    with rows.writing():
        ConnectionCheck.objects.update(state=ConnectionCheck.ACCEPTED, account="77")
        Connection.objects.update(account="77")
    expect(page.locator("#check-heading")).to_have_text("Ключ принят: наш номер в мессенджере — 77")
    expect(page.locator("#check-said")).to_contain_text("Новый ключ теперь в работе.")
    expect(page.locator("#connection dd", has_text="77")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []


def test_the_chats_are_switched_off_and_on_again(page: Page, viewer: User) -> None:
    page.goto("/connections/")
    page.get_by_role("button", name="Выключить чаты").press("Enter")
    dialog = page.get_by_role("dialog", name="Выключить чаты школы?")
    expect(dialog).to_contain_text("обновляться не будут")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Выключить чаты")).to_be_focused()
    page.get_by_role("button", name="Выключить чаты").press("Enter")
    dialog.get_by_role("button", name="Выключить", exact=True).click()
    expect(page.get_by_role("heading", name="Чаты школы: выключены")).to_be_visible()
    assert not Organization.objects.get(key="demo").chats_enabled
    page.get_by_role("button", name="Включить чаты").click()
    expect(page.get_by_role("heading", name="Чаты школы: включены")).to_be_visible()
