"""Every page of the stand-in's messenger in all its states: accessible, no sideways scrolling, in both schemes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.messenger_school import FREE, LONG, UNBROKEN, School, _stand, came_in, pressed, proved, school
from tests.browser.stand_pages import State, assert_clean, each, take_pictures, went_on

__all__ = ["_stand", "school"]


def entry(page: Page, school: School) -> None:
    page.goto(f"{school.stand.url}/messenger/")


def sign_in(page: Page, school: School) -> None:
    pressed(page, school.stand, "Войти")


def register(page: Page, school: School) -> None:
    pressed(page, school.stand, "Зарегистрироваться")


def about(page: Page, school: School) -> None:
    register(page, school)
    proved(page, school.stand, FREE, "Телефон")


def no_chats(page: Page, school: School) -> None:
    came_in(page, school)


def no_chats_without_study(page: Page, school: School) -> None:
    came_in(page, school)
    page.get_by_role("button", name="Сменить аккаунт").click()
    page.locator("input[type=radio]").first.check()
    went_on(page)


def accounts(page: Page, school: School) -> None:
    came_in(page, school)
    page.get_by_role("button", name="Сменить аккаунт").click()


def many_chats(page: Page, school: School) -> None:
    school.make(*(f"{LONG}: {number}" for number in range(60)), UNBROKEN)
    came_in(page, school)
    page.goto(f"{school.stand.url}/messenger/?page=1")


def chat(page: Page, school: School) -> None:
    school.make(LONG)
    school.say("Здравствуйте! Собрание в четверг в 18:00.")
    school.say(UNBROKEN)
    school.stand.response("messages.editChat", school.teacher.token, chat_id=1, title=f"{LONG} (новый)")
    came_in(page, school, school.chat)
    page.get_by_label("Сообщение").fill("Спасибо, будем.\nАнна")
    page.get_by_role("button", name="Отправить").click()


def chat_mistake(page: Page, school: School) -> None:
    school.make("9А")
    came_in(page, school, school.chat)
    page.get_by_role("button", name="Отправить").click()


def chat_left(page: Page, school: School) -> None:
    school.make("9А")
    token, number = school.anna.token, school.anna.study_id
    school.stand.response("messages.removeChatUser", token, chat_id=1, user_id=number)
    came_in(page, school, school.chat)


def nowhere(page: Page, school: School) -> None:
    school.make("9А", member=False)
    came_in(page, school)
    page.goto(school.chat)


def join(page: Page, school: School) -> None:
    came_in(page, school, school.invite())


def removed(page: Page, school: School) -> None:
    link = school.invite()
    school.stand.response("messages.joinChatByInviteLink", school.anna.token, link=link)
    token = school.stand.seed(community={"name": "Школа"})["community"]["token"]
    school.stand.response("messages.removeChatUser", token, chat_id=1, member_id=school.anna.study_id)
    came_in(page, school)
    page.goto(link)


def no_link(page: Page, school: School) -> None:
    came_in(page, school)
    page.goto(f"{school.stand.url}/join/nothing")


STATES: list[State[School]] = [
    State(entry, "VK Мессенджер"),
    State(sign_in, "Вход с VK ID"),
    State(register, "Регистрация"),
    State(about, "Информация о себе"),
    State(accounts, "Аккаунты на этом устройстве"),
    State(no_chats, "Чаты"),
    State(no_chats_without_study, "Чаты"),
    State(many_chats, "Чаты"),
    State(chat, f"{LONG} (новый)"),
    State(chat_mistake, "9А", 400),
    State(chat_left, "9А"),
    State(nowhere, "Вас нет в этом чате", 404),
    State(join, LONG),
    State(removed, LONG, 403),
    State(no_link, "Ссылка не действует", 404),
]
each_state = each(STATES)


@each_state
def test_page_is_clean(state: State[School], page: Page, school: School, axe: Callable[[], list[str]]) -> None:
    assert_clean(page, school, state, axe)


@each_state
def test_screenshots(state: State[School], page: Page, school: School, request: pytest.FixtureRequest) -> None:
    take_pictures(page, school, state, Path(request.config.getoption("--screenshots")), "messenger")
