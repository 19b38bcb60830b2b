"""«Чаты» and a chat's page: what one sees is one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA

CHATS = 2_000_000_000
FIRST = f"/messenger/convo/{CHATS + 1}"
Enter = Callable[..., Browser]


@pytest.fixture
def anna_there(sandbox: Sandbox) -> Person:
    return Person(**sandbox.seed(ANNA | {"profiles": ["vk", "study"]})["users"][0])


def made(sandbox: Sandbox, owner: Person, *people: Person, title: str = "9А") -> int:
    """A chat; its number for the owner."""
    ids = ",".join(str(person.acting) for person in people)
    number: int = sandbox.response("messages.createChat", owner.token, title=title, user_ids=ids)["chat_id"]
    return number


def said(sandbox: Sandbox, who: Person, text: str, chat: int = 1) -> None:
    sandbox.response("messages.send", who.token, peer_id=CHATS + chat, message=text, random_id=0)


def test_where_there_is_no_chat_yet_it_is_said_what_to_do(enter: Enter) -> None:
    browser = enter()
    assert "Чатов пока нет" in browser.text
    assert "свяжите учебный профиль" in browser.text


def test_chats_are_listed_the_last_spoken_in_first(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    for title in ("9А", "9Б", "чужой"):
        made(sandbox, teacher, *([] if title == "чужой" else [anna_there]), title=title)
    said(sandbox, teacher, "Урок   в\n9")
    browser = enter()
    assert list(browser.links) == ["9А", "9Б"]
    assert "9А Борис Котов: Урок в 9 2 участника" in browser.text
    assert "9Б Борис Котов создал чат «9Б» 2 участника" in browser.text


def test_the_profile_that_is_in_sees_its_own_chats_only(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    made(sandbox, teacher, anna_there)
    browser = enter().press("Сменить аккаунт").press("Продолжить", choose="VK ID")
    assert "Чатов пока нет" in browser.text
    assert "без учебного профиля" in browser.text
    assert browser.open(FIRST).answer.status_code == 404


def test_hundreds_of_chats_come_by_the_page(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    for first in range(0, 120, 24):
        chats = [{"title": f"Чат {n}", "user_ids": anna_there.study_id} for n in range(first, first + 24)]
        sandbox.execute(teacher.token, *(("messages.createChat", chat) for chat in chats))
    browser = enter()
    assert [name for name in browser.links if name.startswith("Чат ")] == [f"Чат {n}" for n in range(119, 69, -1)]
    assert "Чаты 1–50 из 120" in browser.text
    assert "Чаты 101–120 из 120" in browser.follow("Раньше").follow("Раньше").text
    assert "Раньше" not in browser.links
    assert "Чаты 51–100 из 120" in browser.follow("Новее").text
    assert browser.open("/messenger/?page=x").answer.status_code == 200


def test_a_chat_shows_who_said_and_did_what(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    [other] = sandbox.people(1)
    made(sandbox, teacher, anna_there, other)
    said(sandbox, teacher, "Урок в 9 <b>&</b>")
    sandbox.response("messages.editChat", teacher.token, chat_id=1, title="9Б")
    sandbox.response("messages.removeChatUser", teacher.token, chat_id=1, user_id=other.id)
    browser = enter().follow("9Б")
    assert browser.heading == "9Б"
    told = browser.text.partition("время московское")[2]
    for line in (
        "Борис Котов создал чат «9А»",
        "Борис Котов Урок в 9 <b>&</b>",
        "Борис Котов изменил название чата: «9Б»",
        "Борис Котов исключил участника: Имя0 Фамилия0",
    ):
        before, _, told = told.partition(line)
        assert told, (line, before)
    assert "<b>" not in browser.answer.text.partition("<main>")[2]


def test_only_the_last_hundred_messages_are_shown_and_that_is_said(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    made(sandbox, teacher, anna_there)
    for first in range(0, 120, 24):
        messages = [{"peer_id": CHATS + 1, "message": f"m{n};", "random_id": 0} for n in range(first, first + 24)]
        sandbox.execute(teacher.token, *(("messages.send", message) for message in messages))
    text = enter().follow("9А").text
    assert "показаны последние 100 сообщений" in text
    assert ("m20;" in text, "m119;" in text, "m19;" in text) == (True, True, False)


def test_what_one_writes_all_see(sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter) -> None:
    made(sandbox, teacher, anna_there)
    browser = enter().follow("9А").press("Отправить", Сообщение=" Здравствуйте!\r\nЯ здесь ")
    assert browser.url == f"{sandbox.url}{FIRST}#last"
    [last] = sandbox.response("messages.getHistory", teacher.token, peer_id=CHATS + 1, count=1)["items"]
    assert (last["from_id"], last["text"]) == (anna_there.study_id, "Здравствуйте!\nЯ здесь")


def test_a_form_sent_twice_says_it_once(sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter) -> None:
    made(sandbox, teacher, anna_there)
    browser = enter().follow("9А")
    [form] = [form for form in browser.forms if "Отправить" in form.buttons]
    sent = browser.filled(form, {"Сообщение": "да"})
    for _ in range(2):
        browser.send(sent, FIRST)
    assert sandbox.response("messages.getHistory", teacher.token, peer_id=CHATS + 1)["count"] == 2


@pytest.mark.parametrize(("text", "why"), [("  \n ", "Напишите сообщение"), ("я" * 9001, "помещается 9000 знаков")])
def test_what_cannot_be_sent_is_given_back(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter, text: str, why: str
) -> None:
    made(sandbox, teacher, anna_there)
    browser = enter().follow("9А").press("Отправить", Сообщение=text)
    assert (browser.answer.status_code, why in browser.text) == (400, True)
    assert text.strip() in browser.answer.text
    assert sandbox.response("messages.getHistory", teacher.token, peer_id=CHATS + 1)["count"] == 1


@pytest.mark.parametrize("by_himself", [True, False])
def test_who_is_out_reads_what_was_said_while_he_was_in(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter, by_himself: bool
) -> None:
    made(sandbox, teacher, anna_there)
    said(sandbox, teacher, "при ней")
    page = enter().follow("9А")
    who = anna_there if by_himself else teacher
    sandbox.response("messages.removeChatUser", who.token, chat_id=1, user_id=anna_there.study_id)
    said(sandbox, teacher, "без неё")
    words = "Вы вышли из этого чата" if by_himself else "Вас исключили из этого чата"
    back = "Вернуться можно по ссылке" if by_himself else "Попросите того, кто ведёт чат"
    assert page.press("Отправить", Сообщение="да").answer.status_code == 400
    assert words in page.text
    assert back in page.text
    page.open(FIRST)
    assert ("при ней" in page.text, "без неё" in page.text, len(page.forms)) == (True, False, 1)
    assert words in page.open("/messenger/").text


def test_a_conversation_of_two_is_called_by_the_other_one(
    sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter
) -> None:
    sandbox.response("messages.send", teacher.token, user_id=anna_there.study_id, message="Ждём", random_id=0)
    browser = enter()
    assert "Борис Котов Ждём Личная переписка" in browser.text
    assert browser.follow("Борис Котов").press("Отправить", Сообщение="Иду").heading == "Борис Котов"
    closed = {"key": teacher.key, "first_name": "Борис", "last_name": "Котов", "closed": True}
    sandbox.seed(closed | {"profiles": ["vk", "study"]})
    assert "закрыл личные сообщения" in browser.press("Отправить", Сообщение="Где вы?").text


@pytest.mark.parametrize("peer", ["2000000009", "1", "-1", "9" * 18, f"-{'9' * 18}"])
def test_a_number_that_is_no_chat_of_his_is_told_so(enter: Enter, peer: str) -> None:
    browser = enter().open(f"/messenger/convo/{peer}")
    assert (browser.answer.status_code, browser.heading) == (404, "Вас нет в этом чате")
    assert "проверьте, кем вы вошли: сейчас это Анна Белова, учебный профиль" in browser.text


@pytest.mark.parametrize("path", ["convo/", "convo/x", f"convo/{'9' * 5000}", "chat/1", f"chat/1_{'9' * 5000}"])
def test_what_is_no_number_is_no_page(enter: Enter, path: str) -> None:
    browser = enter().open(f"/messenger/{path}")
    assert (browser.answer.status_code, browser.heading) == (404, "Такой страницы здесь нет")


def test_attachments_are_named(sandbox: Sandbox, teacher: Person, anna_there: Person, enter: Enter) -> None:
    made(sandbox, teacher, anna_there)
    address = sandbox.response("docs.getMessagesUploadServer", teacher.token, peer_id=CHATS + 1)["upload_url"]
    kept: dict[str, Any] = sandbox.upload(address, "план.pdf", b"%PDF-1.4")
    doc = sandbox.response("docs.save", teacher.token, file=kept["file"])["doc"]
    attachment = f"doc{doc['owner_id']}_{doc['id']}"
    sandbox.response("messages.send", teacher.token, peer_id=CHATS + 1, attachment=attachment, random_id=0)
    assert "Вложения: документ план.pdf" in enter().follow("9А").text
