"""The card of a chat: what it says of the chat, and what becomes of a title."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Group, Organization, Room
from tests import chat_rows
from tests import school_rows as rows
from tests.web.reading import elements, texts

NOTE = "ВНИМАНИЕ Изменённое наименование чата, автоматически меняется и в VK Мессенджере"


def address(chat: Chat, **query: str) -> str:
    return f"/chats/{chat.pk}/" + (f"?{urlencode(query)}" if query else "")


def saved(client: Client, chat: Chat, title: str, **more: str):  # type: ignore[no-untyped-def]
    return client.post(address(chat), {"title": title, "before": chat.title, "do": "rename", **more})


def news(response) -> list[str]:  # type: ignore[no-untyped-def]
    return texts(response, "div", id="chat-news")


def facts(client: Client, chat: Chat) -> list[str]:
    return texts(client.get(address(chat)), "dd")


def test_the_card_tells_what_the_chat_is(chat: Chat, administrator: User, client: Client) -> None:
    response = client.get(address(chat))
    assert texts(response, "h1") == ["Настройки чата Сферум"]
    assert texts(response, "p", id="title-note") == [NOTE]
    (title,) = elements(response, "input", id="title")
    assert dict(title.attributes)["value"] == "Демо школа - 1А - Чат класса"
    assert texts(response, "dt") == ["Идентификатор чата:", "Тип чата:", "Организация:", "Класс:", "Предмет:"]
    assert facts(client, chat) == [str(chat.pk + 40), "Чат класса", "Демо школа", "1А, весь класс", "—"]


def test_a_chat_of_a_subject_names_its_classes_and_subject(
    chats: dict[str, Chat], administrator: User, client: Client
) -> None:
    assert facts(client, chats["subject"])[1:] == ["Чат предмета", "Демо школа", "1А", "Математика"]
    assert facts(client, chats["teachers"])[1:] == ["Учительский чат", "Демо школа", "—", "—"]


def test_a_chat_without_a_room_says_so(chat: Chat, administrator: User, client: Client) -> None:
    Room.objects.all().delete()
    assert facts(client, chat)[0] == "чат ещё не создан"
    assert news(client.get(address(chat))) == [
        "Название в VK Мессенджере: чат ещё не создан, он сразу получит это название"
    ]


def test_a_chat_that_is_no_longer_wanted_says_so(chat: Chat, administrator: User, client: Client) -> None:
    chat_rows.changed(chat, wanted=False)
    assert facts(client, chat)[1] == "Чат класса больше не нужен"


def test_the_way_into_the_messenger_is_there_only_where_it_leads_somewhere(
    chat: Chat, administrator: User, client: Client
) -> None:
    way = f"/chats/{chat.pk}/open/"
    assert way in [dict(link.attributes)["href"] for link in elements(client.get(address(chat)), "a")]
    Room.objects.all().delete()
    assert way not in [dict(link.attributes)["href"] for link in elements(client.get(address(chat)), "a")]


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("", "/registry/?school=demo"),
        ("/registry/?school=demo&kind=class&page=3", "/registry/?school=demo&kind=class&page=3"),
        ("https://example.org/registry/", "/registry/?school=demo"),
        ("//example.org/registry/", "/registry/?school=demo"),
        ("/\\example.org/registry/", "/registry/?school=demo"),
        ("javascript:alert(1)", "/registry/?school=demo"),
        ("/runs/1/", "/registry/?school=demo"),
        ("registry/", "/registry/?school=demo"),
    ],
)
def test_closing_leads_to_the_registry_it_was_opened_from_and_nowhere_else(
    chat: Chat, administrator: User, client: Client, back: str, leads_to: str
) -> None:
    links = elements(client.get(address(chat, back=back)), "a", **{"class": "btn"})
    assert [dict(link.attributes)["href"] for link in links][:1] == [leads_to]


def test_an_archived_chat_has_no_card(chat: Chat, administrator: User, client: Client) -> None:
    chat_rows.changed(chat, archived_at="2026-10-01T00:00Z")
    assert client.get(address(chat)).status_code == 404


def test_a_group_of_pupils_without_homeroom_names_itself(
    school: Organization, chats: dict[str, Chat], administrator: User, client: Client
) -> None:
    with rows.writing():
        choir = rows.group(school, "Хор", "Хор 1")
        found = rows.chat(school, ChatKind.SUBJECT, "Хор", unit=choir)
    assert Group.objects.count() == 2
    assert facts(client, found)[3:] == ["Хор 1", "Хор"]
