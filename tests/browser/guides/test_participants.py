"""The participant's guide (docs/ru/participant.md) on the running demo: a pupil without VK ID, a parent with VK ID but no study
profile, a teacher with both. All link, see their chats and enter the messenger; the parent unlinks, is out, and comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from peremena.bench.stack import until
from tests.browser.guides.walk import Demo, Picture, by_phone, enter, go_on, pictures_in, pictures_of

GUIDE = Path("docs/ru/participant.md")
LINK = "Привязать учебный профиль VK ID"
UNLINK = "Отменить привязку учебного профиля VK ID"
GO = "Перейти в VK Мессенджер"
LINKED = re.compile("успешно связана с учебным профилем Сферума")
KINDS = {
    "pupil": {"Чат класса", "Чат предмета"},
    "parent": {"Родительский чат"},
    "teacher": {"Учительский чат", "Чат класса", "Родительский чат", "Чат предмета"},
}
AT_ONCE = 10 * 1000  # milliseconds: two seconds, on a machine with other work to do


def signs_in(page: Page, name: str) -> None:
    enter(page, name)
    page.get_by_role("button", name="Войти").click()
    page.get_by_role("link", name="Чаты").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Чаты")


def kinds(page: Page) -> set[str]:
    return set(page.locator(".own-chat .badge").all_inner_texts())


def everything_is_there(page: Page, name: str) -> None:
    """He is in every one of his chats, each once."""
    chats = page.locator(".own-chat")
    expect(page.locator(".own-chat:not(.own-inside)")).to_have_count(0, timeout=AT_ONCE)
    titles = page.locator(".own-title").all_inner_texts()
    assert chats.count() == len(set(titles)) > 0
    assert kinds(page) == KINDS[name]


def in_the_messenger(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Чаты")
    expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()


def test_a_pupil_without_vk_id(walker: Page, picture: Picture, demo: Demo) -> None:
    signs_in(walker, "pupil")
    expect(walker.get_by_role("button", name=LINK)).to_be_visible()
    picture("p01-not-linked")
    _, first_name, *_ = walker.locator(".menu-name").inner_text().split()
    walker.get_by_role("button", name=LINK).click()
    by_phone(walker, demo, "pupil")
    picture("p02-code")
    go_on(walker)
    expect(walker.get_by_role("heading", name="Информация о себе")).to_be_visible()
    walker.get_by_label("Имя").fill(first_name)
    picture("p03-about")
    go_on(walker)
    expect(walker.get_by_text(LINKED)).to_be_visible()
    everything_is_there(walker, "pupil")
    picture("p04-linked")
    title = walker.locator(".own-title").first.inner_text()
    walker.get_by_role("link", name=GO).click()
    in_the_messenger(walker, title)  # without a password
    picture("p05-messenger")
    walker.go_back()
    walker.get_by_role("link", name=f"Открыть: {title}").click()
    expect(walker.get_by_role("heading", level=1)).to_have_text(title)
    expect(walker.get_by_label("Сообщение")).to_be_visible()
    picture("p06-chat")


def test_a_parent_with_vk_id_but_no_study_profile(walker: Page, picture: Picture, demo: Demo) -> None:
    signs_in(walker, "parent")
    walker.get_by_role("button", name=LINK).click()
    by_phone(walker, demo, "parent")
    go_on(walker)
    expect(walker.get_by_role("heading", name="Создайте учебный профиль")).to_be_visible()
    picture("p07-study")
    walker.get_by_role("button", name="Создать учебный профиль").click()
    expect(walker.get_by_role("heading", name="Информация о себе")).to_be_visible()
    go_on(walker)
    expect(walker.get_by_text(LINKED)).to_be_visible()
    everything_is_there(walker, "parent")
    _unlinks_and_comes_back(walker, picture, demo)


def _unlinks_and_comes_back(page: Page, picture: Picture, demo: Demo) -> None:
    title = page.locator(".own-title").first.inner_text()
    page.get_by_role("button", name=UNLINK).click()
    dialog = page.get_by_role("dialog", name="Отмена привязки")
    expect(dialog).to_contain_text("Вы будете исключены из всех чатов")
    picture("p08-unlinking")
    dialog.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("button", name=LINK)).to_be_visible()
    expect(page.locator(".own-inside")).to_have_count(0)
    _is_out(page, demo, title)
    page.get_by_role("button", name=LINK).click()
    page.get_by_role("radio", name=re.compile("Учебный профиль")).check()  # VK knows him in this browser
    go_on(page)
    go_on(page)
    everything_is_there(page, "parent")
    page.get_by_role("link", name=GO).click()
    in_the_messenger(page, title)


def _is_out(page: Page, demo: Demo, title: str) -> None:
    """In the messenger he reads what was said while he was in, and cannot write any more."""
    tab = page.context.new_page()
    tab.goto(f"{demo.sandbox}/messenger/")
    tab.get_by_role("link", name=title, exact=True).click()
    outside = tab.get_by_text("Видно только то, что было при вас")

    def looks() -> bool:
        tab.reload()
        return outside.is_visible()

    until(looks, AT_ONCE / 1000)
    tab.close()


def test_a_teacher_with_both(walker: Page, picture: Picture, demo: Demo) -> None:
    signs_in(walker, "teacher")
    walker.get_by_role("button", name=LINK).click()
    by_phone(walker, demo, "teacher")
    go_on(walker)
    walker.get_by_role("radio", name=re.compile("Учебный профиль")).check()
    go_on(walker)
    expect(walker.get_by_role("heading", name="Информация о себе")).to_be_visible()
    go_on(walker)
    everything_is_there(walker, "teacher")
    picture("p09-teacher")
    walker.get_by_role("link", name="Управление чатами").click()
    expect(walker.get_by_role("heading", level=1)).to_have_text("Интеграция со Сферум (ВК Мессенджер)")
    picture("p10-management")


@pytest.mark.parametrize(
    ("button", "heading"),
    [("Войти", "Вход с VK ID"), ("Зарегистрироваться", "Регистрация"), ("Создать профиль Сферума", "Вход с VK ID")],
)
def test_the_messengers_own_entry(walker: Page, picture: Picture, demo: Demo, button: str, heading: str) -> None:
    walker.goto(f"{demo.sandbox}/messenger/")
    expect(walker.get_by_text("Используйте VK ID, чтобы начать общение")).to_be_visible()
    picture("p11-entry")
    walker.get_by_role("button", name=button, exact=True).click()
    known = walker.get_by_role("heading", name="Аккаунты на этом устройстве")
    expect(walker.get_by_role("heading", name=heading).or_(known).first).to_be_visible()
    if known.is_visible():
        walker.get_by_role("button", name="Другой аккаунт").click()
        expect(walker.get_by_role("heading", name=heading)).to_be_visible()


def test_the_guide_shows_every_picture_that_is_taken_and_no_other() -> None:
    assert pictures_of(GUIDE) == pictures_in(__file__)
