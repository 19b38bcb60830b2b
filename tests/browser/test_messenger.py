"""VK Messenger of the stand-in in a real Chromium: every way in, and straight into a chat."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.messenger_school import (
    ANNA,
    CHATS,
    FREE,
    LONG,
    School,
    _stand,
    came_in,
    pressed,
    proved,
    school,
)
from tests.browser.stand_pages import went_on
from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application

__all__ = ["_stand", "school"]


@pytest.fixture
def without_study(_stand: Sandbox) -> Sandbox:
    assert _stand.control("reset").status_code == 200
    _stand.control("seed", {"users": [ANNA], "phones": [FREE]})
    return _stand


def is_in(page: Page, who: str, kind: str = "Учебный профиль") -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Чаты")
    expect(page.get_by_role("navigation", name="Аккаунт")).to_contain_text(who)
    expect(page.get_by_role("navigation", name="Аккаунт")).to_contain_text(kind)


def test_the_entry_has_the_words_of_the_guide(page: Page, school: School) -> None:
    page.goto(f"{school.stand.url}/messenger/")
    expect(page).to_have_title(re.compile("^\\s*VK Мессенджер"))
    expect(page.get_by_text("Используйте VK ID, чтобы начать общение", exact=True)).to_be_visible()
    names = ["Войти", "Зарегистрироваться", "Создать профиль Сферума"]
    assert [name.strip() for name in page.get_by_role("button").all_inner_texts()] == names


def test_signing_in(page: Page, school: School) -> None:
    school.make("9А")
    came_in(page, school)
    is_in(page, "Анна")
    expect(page.get_by_role("link", name="9А")).to_be_visible()


def test_registering(page: Page, without_study: Sandbox) -> None:
    pressed(page, without_study, "Зарегистрироваться")
    proved(page, without_study, FREE, "Телефон")
    expect(page.get_by_role("heading", name="Информация о себе")).to_be_visible()
    went_on(page, Имя="Вера")
    is_in(page, "Вера")


def test_getting_a_profile_of_sferum(page: Page, without_study: Sandbox) -> None:
    pressed(page, without_study, "Создать профиль Сферума")
    proved(page, without_study)
    page.get_by_role("button", name="Создать учебный профиль").click()
    expect(page.get_by_role("heading", name="Информация о себе")).to_be_visible()
    went_on(page)
    is_in(page, "Анна")


def test_who_has_linked_his_profile_is_inside_at_once_and_straight_in_a_chat(
    page: Page, school: School, base_url: str
) -> None:
    school.make("9А")
    app = Application(school.stand, redirect_uri=f"{base_url}/accounts/login/")
    app.register()
    page.goto(school.stand.url + app.address())
    proved(page, school.stand)
    page.get_by_label("Учебный профиль").check()
    went_on(page)
    went_on(page)
    expect(page).to_have_url(re.compile(re.escape(app.redirect_uri)))
    page.goto(f"{school.stand.url}/messenger/")
    is_in(page, "Анна")
    page.goto(school.chat)
    expect(page.get_by_role("heading", level=1)).to_have_text("9А")


def test_whom_nobody_knows_yet_comes_into_the_chat_after_the_sign_in(page: Page, school: School) -> None:
    school.make("9А")
    page.goto(school.chat)
    expect(page.get_by_role("heading", level=1)).to_have_text("VK Мессенджер")
    page.get_by_role("button", name="Войти").click()
    proved(page, school.stand)
    expect(page.get_by_role("heading", level=1)).to_have_text("9А")


def test_a_link_leads_into_the_chat(page: Page, school: School) -> None:
    came_in(page, school, school.invite())
    expect(page.get_by_text("1 участник", exact=True)).to_be_visible()
    page.get_by_role("button", name="Присоединиться").click()
    expect(page.get_by_text("присоединилась к чату по ссылке")).to_be_visible()
    page.goto(school.link)
    expect(page.get_by_role("heading", level=1)).to_have_text(LONG)
    expect(page.get_by_label("Сообщение")).to_be_visible()


def test_a_chat_opens_at_its_last_message_and_is_written_in_by_the_keyboard_alone(page: Page, school: School) -> None:
    school.make("9А")
    for number in range(60):
        school.say(f"сообщение {number}")
    came_in(page, school)
    page.get_by_role("link", name="9А").press("Enter")
    expect(page.get_by_text("сообщение 59", exact=True)).to_be_in_viewport()
    page.get_by_label("Сообщение").focus()
    page.keyboard.type("Здравствуйте")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Здравствуйте", exact=True)).to_be_in_viewport()
    [last] = school.stand.response("messages.getHistory", school.teacher.token, peer_id=CHATS + 1, count=1)["items"]
    assert last["text"] == "Здравствуйте"


def test_the_stand_says_what_it_is_wherever_one_has_scrolled_to(page: Page, school: School) -> None:
    school.make(*(f"Чат {number}" for number in range(50)))
    came_in(page, school)
    page.get_by_role("link", name="Чат 0", exact=True).scroll_into_view_if_needed()
    expect(page.get_by_text("Учебный стенд, не VK", exact=True)).to_be_in_viewport()


def test_changing_the_account_and_going_out(page: Page, school: School) -> None:
    came_in(page, school)
    page.get_by_role("button", name="Сменить аккаунт").click()
    page.get_by_label("VK ID", exact=False).check()
    went_on(page)
    is_in(page, "Анна", "VK ID")
    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("VK Мессенджер")
