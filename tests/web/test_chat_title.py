"""What becomes of a chat's title: saved, refused, given back, and how far it has come in the messenger."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Connection, Organization, Room
from peremena.sync.models import Run, Step
from tests import chat_rows
from tests import school_rows as rows
from tests.sync.queue import forget_the_queue, waiting
from tests.web.reading import elements, texts


def address(chat: Chat, **query: str) -> str:
    return f"/chats/{chat.pk}/" + (f"?{urlencode(query)}" if query else "")


def saved(client: Client, chat: Chat, title: str, **more: str):  # type: ignore[no-untyped-def]
    return client.post(address(chat), {"title": title, "before": chat.title, "do": "rename", **more})


def news(response) -> list[str]:  # type: ignore[no-untyped-def]
    return texts(response, "div", id="chat-news")


def test_a_new_title_is_saved_and_the_messenger_follows(chat: Chat, administrator: User, client: Client) -> None:
    forget_the_queue()
    response = saved(client, chat, "  Первый «А» 🎉 ", back="/registry/?school=demo&page=2")
    assert (response.status_code, response["Location"]) == (
        302,
        address(chat, back="/registry/?school=demo&page=2", saved="1"),
    )
    chat.refresh_from_db()
    assert (chat.title, chat.title_kept, waiting("sync.mend")) == ("Первый «А» 🎉", True, 1)
    response = client.get(response["Location"])
    assert texts(response, "div", role="status")[0] == "Название сохранено."
    assert news(response) == ["Название в VK Мессенджере: обновляется…, сейчас «Демо школа - 1А - Чат класса»"]
    assert "hx-trigger" in dict(elements(response, "div", id="chat-news")[0].attributes)


def test_a_title_that_was_not_touched_stays_the_rules_own(chat: Chat, administrator: User, client: Client) -> None:
    response = saved(client, chat, chat.title)
    chat.refresh_from_db()
    assert (response["Location"], chat.title_kept) == (address(chat), False)


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("", "от 1 до 200"),
        ("   ", "от 1 до 200"),
        ("\u202e\u200b", "от 1 до 200"),
        ("я" * 201, "не 201"),
        ("Демо школа - 1А - Родительский чат", "в этой школе уже есть"),
    ],
)
def test_a_title_that_cannot_be_is_refused_and_what_was_typed_stays(
    chat: Chat, administrator: User, client: Client, title: str, told: str
) -> None:
    response = saved(client, chat, title)
    assert response.status_code == 422
    assert told in texts(response, "p", id="title-problem")[0]
    (field,) = elements(response, "input", id="title")
    assert dict(field.attributes)["aria-invalid"] == "true"
    assert dict(field.attributes).get("value", "") == title.strip() or title != title.strip()
    assert Chat.objects.get(pk=chat.pk).title == chat.title


def test_who_was_overtaken_sees_both_titles_and_may_save_again(chat: Chat, administrator: User, client: Client) -> None:
    chat_rows.changed(chat, title="Чужое", title_kept=True)
    response = saved(client, chat, "Моё")
    assert response.status_code == 422
    assert "изменили на «Чужое»" in texts(response, "p", id="title-problem")[0]
    values = {name: dict(elements(response, "input", name=name)[0].attributes)["value"] for name in ("title", "before")}
    assert values == {"title": "Моё", "before": "Чужое"}
    assert client.post(address(chat), values).status_code == 302
    assert Chat.objects.get(pk=chat.pk).title == "Моё"


def test_a_title_of_a_persons_own_can_be_given_back_to_the_rules(
    chat: Chat, administrator: User, client: Client
) -> None:
    button = "Вернуть название по умолчанию"
    assert button not in texts(client.get(address(chat)), "button")
    saved(client, chat, "Моё")
    assert button in texts(client.get(address(chat)), "button")
    client.post(address(chat), {"do": "default", "title": "неважно", "before": "Моё"})
    chat.refresh_from_db()
    assert (chat.title, chat.title_kept) == ("Демо школа - 1А - Чат класса", False)


def fragment(client: Client, chat: Chat, **query: str):  # type: ignore[no-untyped-def]
    return client.get(f"/chats/{chat.pk}/news/", query, headers={"HX-Request": "true"})


def test_the_news_of_a_title_come_to_an_end(chat: Chat, administrator: User, client: Client) -> None:
    step = chat_rows.renaming(chat, "Моё", Step.WAITING)
    response = fragment(client, chat, saved="1")
    assert news(response) == ["Название в VK Мессенджере: обновляется…, сейчас «Демо школа - 1А - Чат класса»"]
    assert "HX-Trigger" not in response.headers
    chat_rows.came_true(step)
    response = fragment(client, chat, saved="1")
    assert news(response) == ["Название в VK Мессенджере: изменено"]
    assert "chat-settled" in response.headers["HX-Trigger"]
    assert "hx-trigger" not in dict(elements(response, "div", id="chat-news")[0].attributes)
    assert news(fragment(client, chat)) == ["Название в VK Мессенджере: такое же"]


def test_a_title_that_is_held_up_tells_why(chat: Chat, administrator: User, client: Client) -> None:
    chat_rows.renaming(chat, "Моё", Step.WAITING, reason="unavailable")
    assert "Мессенджер временно недоступен. Ничего делать не нужно" in news(fragment(client, chat))[0]


def test_a_title_that_failed_is_told_kept_and_tried_again(chat: Chat, administrator: User, client: Client) -> None:
    chat_rows.renaming(chat, "Моё", Step.FAILED, reason="not_admin")
    response = client.get(address(chat))
    assert "не удалось изменить, сейчас «Демо школа - 1А - Чат класса» Служебная учётная запись" in news(response)[0]
    assert "Повторить" in texts(response, "button")
    forget_the_queue()
    client.post(address(chat), {"do": "again"})
    assert (waiting("sync.mend"), Chat.objects.get(pk=chat.pk).title) == (1, "Моё")
    assert "обновляется…" in news(client.get(address(chat)))[0]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("stopped", "Срок ключа доступа истёк"),
        ("community cannot", "не умеет переименовывать"),
        ("unwanted", "Чат больше не нужен по спискам"),
        ("switched off", "«Чаты» в этой школе выключены"),
        ("room gone", "Чат удалён в мессенджере"),
        ("brake", "остановлены защитой"),
        ("drift", "Название изменили в мессенджере"),
    ],
)
def test_a_title_that_does_not_come_tells_why(
    chat: Chat, administrator: User, client: Client, monkeypatch: pytest.MonkeyPatch, what: str, told: str
) -> None:
    chat_rows.changed(chat, title="Моё", title_kept=True)
    with rows.writing():
        match what:
            case "stopped":
                Connection.objects.update(state=Connection.STOPPED, problem="token_expired")
            case "community cannot":
                monkeypatch.setattr("peremena.web.title_news.capabilities", lambda _: rows_cannot_rename())
            case "unwanted":
                chat_rows.changed(chat, wanted=False)
            case "switched off":
                Organization.objects.update(chats_enabled=False)
            case "room gone":
                Room.objects.update(problem="room_gone")
            case "brake":
                step = chat_rows.renaming(chat, "Моё", Step.CANCELLED)
                Run.objects.filter(pk=step.run_id).update(state=Run.REFUSED)
    assert told in news(client.get(address(chat)))[0]


def rows_cannot_rename():  # type: ignore[no-untyped-def]
    from peremena.core.capabilities import Capabilities

    return Capabilities()


def test_a_chat_that_is_being_made_says_so(school: Organization, administrator: User, client: Client) -> None:
    from peremena.sync.planning import prepare
    from peremena.sync.runs import approve

    run = approve(prepare(school), actor=chat_rows.TESTS)
    chat = Chat.objects.get(kind=ChatKind.CLASS)
    assert news(client.get(address(chat))) == ["Название в VK Мессенджере: чат создаётся"]
    assert run.state == Run.QUEUED


def test_news_without_a_script_are_the_card(chat: Chat, administrator: User, client: Client) -> None:
    assert client.get(f"/chats/{chat.pk}/news/")["Location"] == address(chat)


def test_no_page_of_the_card_calls_the_messenger(
    chat: Chat, administrator: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call(*_: object) -> None:
        raise AssertionError("a page spoke to the messenger")

    monkeypatch.setattr("peremena.sync.connections.connect", call)
    assert client.get(address(chat)).status_code == 200
    assert saved(client, chat, "Моё").status_code == 302
    assert client.post(address(chat), {"do": "default"}).status_code == 302
