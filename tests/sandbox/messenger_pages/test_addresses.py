"""Straight into one chat: by its number, and by an invite link."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.process import Person, Sandbox
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA
from tests.sandbox.vkid.telephone import PHONE, codes

CHATS = 2_000_000_000
Enter = Callable[..., Browser]


@pytest.fixture
def her(sandbox: Sandbox) -> Person:
    return Person(**sandbox.seed(ANNA | {"profiles": ["vk", "study"]})["users"][0])


@pytest.fixture
def chat(sandbox: Sandbox, teacher: Person, her: Person) -> str:
    """The address, for everybody, of a chat that is the teacher's second and her first."""
    sandbox.response("messages.createChat", teacher.token, title="другой")
    made = sandbox.response("messages.createChat", teacher.token, title="9А", user_ids=her.study_id)
    return f"/messenger/chat/{teacher.study_id}_{made['chat_id']}"


@pytest.fixture
def link(sandbox: Sandbox) -> str:
    """Into the chat of a community."""
    seeded = sandbox.seed(community={"name": "Школа"})["community"]
    sandbox.response("messages.createChat", seeded["token"], title="Объявления")
    address: str = sandbox.response("messages.getInviteLink", seeded["token"], peer_id=CHATS + 1)["link"]
    return address


def test_one_address_leads_everybody_into_the_chat(sandbox: Sandbox, chat: str, enter: Enter) -> None:
    browser = enter(chat)
    assert (browser.heading, browser.url) == ("9А", f"{sandbox.url}/messenger/convo/{CHATS + 1}#last")
    assert browser.open(chat).heading == "9А"


def test_who_is_not_in_the_chat_is_told_what_to_do(
    sandbox: Sandbox, teacher: Person, her: Person, enter: Enter
) -> None:
    sandbox.response("messages.createChat", teacher.token, title="тайный")
    browser = enter(f"/messenger/chat/{teacher.study_id}_1")
    assert (browser.answer.status_code, browser.heading) == (404, "Вас нет в этом чате")
    assert "тайный" not in browser.text
    there = browser.text
    assert browser.open(f"/messenger/chat/{teacher.study_id}_2").text == there
    for nonsense in ("1_1", f"{'9' * 18}_1", f"-1_{'9' * 18}"):
        assert browser.open(f"/messenger/chat/{nonsense}").answer.status_code == 404


def test_the_right_account_comes_back_to_the_chat_that_the_wrong_one_is_not_in(chat: str, enter: Enter) -> None:
    browser = enter().press("Сменить аккаунт").press("Продолжить", choose="VK ID")
    assert browser.open(chat).heading == "Вас нет в этом чате"
    assert browser.press("Сменить аккаунт").press("Продолжить", choose="Учебный профиль").heading == "9А"


def test_another_account_is_not_led_to_a_chat_by_a_number_of_somebody_elses(
    sandbox: Sandbox, chat: str, enter: Enter
) -> None:
    browser = enter(chat).press("Сменить аккаунт").press("Продолжить", choose="VK ID")
    assert browser.url == f"{sandbox.url}/messenger/"


def test_who_cancels_the_sign_in_is_asked_again_at_the_same_address(
    sandbox: Sandbox, chat: str, visitor: Browser
) -> None:
    visitor.open(chat).press("Войти").press("Отмена")
    assert (visitor.url, visitor.heading) == (f"{sandbox.url}{chat}", "VK Мессенджер")
    visitor.press("Войти").press("Продолжить", Телефон_или_почта=PHONE)
    assert visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0]).heading == "9А"


def test_a_link_invites_into_the_chat_and_then_leads_straight_there(
    sandbox: Sandbox, her: Person, link: str, enter: Enter
) -> None:
    browser = enter(link)
    assert (browser.heading, browser.url) == ("Объявления", link)
    assert "1 участник " in browser.text
    assert browser.press("Присоединиться").url == f"{sandbox.url}/messenger/convo/{CHATS + 1}#last"
    assert "Анна Белова присоединилась к чату по ссылке" in browser.text
    assert "2 участника" in browser.text
    assert browser.open(link).url == f"{sandbox.url}/messenger/convo/{CHATS + 1}#last"
    assert browser.text.count("по ссылке") == 1


def test_nobody_comes_in_by_only_looking(sandbox: Sandbox, her: Person, link: str, enter: Enter) -> None:
    enter(link).open(link)
    assert sandbox.stats()["members"] == 1


def test_who_left_comes_back_by_the_link(sandbox: Sandbox, her: Person, link: str, enter: Enter) -> None:
    browser = enter(link).press("Присоединиться")
    sandbox.response("messages.removeChatUser", her.token, chat_id=1, user_id=her.study_id)
    assert browser.open(link).heading == "Объявления"
    assert "Отправить" in browser.press("Присоединиться").answer.text


def test_who_was_removed_does_not(sandbox: Sandbox, her: Person, link: str, enter: Enter) -> None:
    browser = enter(link)
    sandbox.response("messages.joinChatByInviteLink", her.token, link=link)
    token = sandbox.seed(community={"name": "Школа"})["community"]["token"]
    sandbox.response("messages.removeChatUser", token, chat_id=1, member_id=her.study_id)
    browser.press("Присоединиться")
    assert (browser.answer.status_code, "Вас исключили из этого чата" in browser.text) == (403, True)
    assert sandbox.stats()["members"] == 1


def test_a_link_that_is_no_more_is_told_so(sandbox: Sandbox, her: Person, link: str, enter: Enter) -> None:
    token = sandbox.seed(community={"name": "Школа"})["community"]["token"]
    sandbox.response("messages.getInviteLink", token, peer_id=CHATS + 1, reset=1)
    browser = enter(link)
    assert (browser.answer.status_code, browser.heading) == (404, "Ссылка не действует")


def test_a_stranger_learns_nothing_of_a_chat_before_he_signs_in(visitor: Browser, link: str, chat: str) -> None:
    for address in (link, chat):
        assert visitor.open(address).heading == "VK Мессенджер"
        assert "Объявления" not in visitor.text
        assert "9А" not in visitor.text
