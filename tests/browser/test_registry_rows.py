"""Finding a chat and taking it to its card, by keyboard; what was asked for stays in the address."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Chat
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.browser.states.registry_rows import every_condition

TITLES = 'tbody th[scope="row"]'


@pytest.fixture
def registry(page: Page, sign_in: Callable[[User], None]) -> Page:
    with rows.writing():
        viewer = every_condition()
    sign_in(viewer)
    page.goto("/registry/")
    return page


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_a_chat_is_found_ticked_and_edited_by_keyboard_and_back_finds_the_same_rows(registry: Page) -> None:
    page = registry
    page.get_by_label("Название или класс").focus()
    page.keyboard.type("5а")
    page.keyboard.press("Enter")
    expect(page.locator(".card-actions")).to_have_text("Найдено 6")
    expect(page.locator("#chats-said")).to_have_text("Найдено 6, страница 1 из 1.")
    expect(page.get_by_label("Название или класс")).to_be_focused()
    page.keyboard.press("Tab")
    for _ in ("CLASS", "PARENTS", "TEACHER", "SUBJECT"):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".card-actions")).to_have_text("Найдено 4")
    page.locator("#sort-subject").press("Enter")
    expect(page.get_by_role("columnheader", name="Предмет")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#sort-subject")).to_be_focused()
    expected = {"school": ["demo"], "search": ["5а"], "kind": ["subject"], "sort": ["subject"]}
    assert asked(page) == expected
    button, hint = page.get_by_role("button", name="Редактировать"), page.locator("#edit-hint")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(hint).to_have_text("Отметьте один чат в таблице.")
    box = page.get_by_label("Математика")
    box.press("Space")
    expect(button).to_have_attribute("aria-disabled", "false")
    expect(hint).to_have_text("")
    button.press("Enter")
    page.wait_for_url("**/chats/*/**")
    chat = Chat.objects.get(pk=int(urlsplit(page.url).path.rstrip("/").rpartition("/")[2]))
    assert urlsplit(page.url).path == f"/chats/{chat.pk}/"
    assert "5А - Математика" in chat.title
    page.go_back()
    expect(page.locator(TITLES)).to_have_count(4)
    expect(page.get_by_label("Название или класс")).to_have_value("5а")
    assert asked(page) == expected
    page.reload()
    expect(page.locator(TITLES)).to_have_count(4)


def test_back_goes_through_what_was_asked_for_step_by_step(registry: Page) -> None:
    page = registry
    page.get_by_label("Есть расхождения").check()
    expect(page.locator(".card-actions")).to_have_text("Найдено 10")
    page.get_by_role("navigation", name="Страницы").wait_for(state="detached")
    page.get_by_label("Состояние").select_option("Ещё не создан")
    expect(page.locator(".card-actions")).to_have_text("Найдено 2")
    page.go_back()
    expect(page.locator(".card-actions")).to_have_text("Найдено 10")
    expect(page.get_by_label("Есть расхождения")).to_be_checked()
    expect(page.get_by_label("Состояние")).to_have_value("")
    page.get_by_role("link", name="Сбросить").click()
    expect(page.locator(".card-actions")).to_have_text("Всего 60")
    page.get_by_role("link", name="Страница 2").click()
    expect(page.locator("#chats-said")).to_have_text("Всего 60, страница 2 из 3.")
    assert asked(page) == {"school": ["demo"], "page": ["2"]}


def test_several_ticks_are_told_that_one_is_wanted(registry: Page) -> None:
    page = registry
    page.set_viewport_size({"width": 320, "height": 640})
    every = page.get_by_label("Выбрать все на странице")
    every.check()
    boxes = page.locator('tbody input[type="checkbox"]')
    assert [box.is_checked() for box in boxes.all()] == [True] * 25
    expect(page.locator("#edit-hint")).to_contain_text("Выберите один чат")
    page.get_by_role("button", name="Редактировать").press("Enter")
    assert urlsplit(page.url).path == "/registry/"
    every.uncheck()
    boxes.first.check()
    expect(every).to_have_js_property("indeterminate", True)
    expect(page.get_by_role("button", name="Редактировать")).to_have_attribute("aria-disabled", "false")


def test_a_finished_run_renews_the_rows_that_were_asked_for_and_keeps_the_ticks(registry: Page) -> None:
    page = registry
    with rows.writing():
        Run.objects.filter(kind=Run.SYNC).update(state=Run.RUNNING, finished_at=None)
    page.goto("/registry/?state=missing")
    page.locator('tbody input[type="checkbox"]').last.check()
    with rows.writing():
        Chat.objects.filter(rooms=None).order_by("sort_key").first().delete()  # type: ignore[union-attr]
        Run.objects.filter(kind=Run.SYNC).update(state=Run.DONE)
    expect(page.locator(".card-actions")).to_have_text("Найдено 1")
    expect(page.locator('tbody input[type="checkbox"]')).to_be_checked()
    assert asked(page) == {"state": ["missing"]}


def test_without_scripts_the_same_is_done_by_buttons(registry: Page) -> None:
    context = registry.context.browser.new_context(java_script_enabled=False, base_url=registry.url)  # type: ignore[union-attr]
    context.add_cookies(registry.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/registry/")
    page.get_by_label("Название или класс").fill("5а")
    page.get_by_label("Тип").select_option("Чат предмета (SUBJECT)")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator(TITLES)).to_have_count(4)
    expect(page.get_by_label("Выбрать все на странице")).to_be_hidden()
    page.get_by_role("button", name="Редактировать").click()
    expect(page.get_by_role("main")).to_contain_text("Выберите один чат")
    expect(page.locator(TITLES)).to_have_count(4)
    context.close()
