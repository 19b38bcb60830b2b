"""«Открыть» leads straight into the chat; a worker finds the link the first time that somebody wants to go there."""

from __future__ import annotations

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.school.credentials import seal
from peremena.school.models import Account, Chat, Membership, Organization, Person, Room
from tests import chat_rows
from tests import school_rows as rows
from tests.sync.queue import waiting
from tests.web.own_chats import signed_in
from tests.web.reading import elements, texts

LINK = "https://vk.me/join/invented"


def way(chat: Chat) -> str:
    return f"/chats/{chat.pk}/open/"


@pytest.fixture
def pupil(chats: dict[str, Chat], client: Client) -> Person:
    return signed_in(client, Person.objects.filter(family_name="Сидорова").earliest("pk"))


def known(chat: Chat) -> None:
    Room.objects.filter(chat=chat).update(invite_link=seal(LINK))


def test_a_known_link_leads_there_at_once(chat: Chat, pupil: Person, client: Client) -> None:
    known(chat)
    assert client.get(way(chat)).headers["Location"] == LINK
    assert waiting("sync.find_link") == 0


def test_an_unknown_one_is_asked_for_once_and_waited_for(chat: Chat, pupil: Person, client: Client) -> None:
    page = client.get(way(chat))
    assert [dict(one.attributes)["hx-get"] for one in elements(page, "div", id="way")] == [f"{way(chat)}?tries=1"]
    client.get(f"{way(chat)}?tries=1", headers={"HX-Request": "true"})
    assert waiting("sync.find_link") == 1
    known(chat)
    there = client.get(f"{way(chat)}?tries=2", headers={"HX-Request": "true"})
    assert there.headers["HX-Redirect"] == LINK


def test_nobody_waits_for_ever(chat: Chat, pupil: Person, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VK_MESSENGER_URL = "https://web.vk.me"
    page = client.get(f"{way(chat)}?tries=15", headers={"HX-Request": "true"})
    assert "hx-get" not in page.content.decode()
    assert f"найдите чат в списке по названию: «{chat.title}»" in texts(page, "p")[0]
    assert [dict(one.attributes)["href"] for one in elements(page, "a")] == ["https://web.vk.me", "/my-chats/"]
    assert waiting("sync.find_link") == 0


@pytest.mark.parametrize("tries", ["-1", "1e3", "½", "99999999999999999999", ""])
def test_whatever_stands_in_the_address_is_a_first_try(chat: Chat, pupil: Person, client: Client, tries: str) -> None:
    assert f"{way(chat)}?tries=1" in client.get(way(chat), {"tries": tries}).content.decode()


def test_no_page_shows_a_link_to_whom_it_does_not_let_in(
    chats: dict[str, Chat], school: Organization, pupil: Person, client: Client
) -> None:
    for chat in chats.values():
        known(chat)
    assert client.get(way(chats["teachers"])).status_code == 404  # no place there
    with rows.writing():
        chats["class"].hand_seats.create(person=pupil, layer="blocked")
    assert client.get(way(chats["class"])).status_code == 404
    assert client.get(way(chats["subject"])).status_code == 302  # the control
    with rows.writing():
        Account.objects.filter(person=pupil).update(ended_at="2026-11-01T00:00Z")
    assert client.get(way(chats["subject"])).status_code == 404
    assert LINK not in client.get("/my-chats/").content.decode()


@pytest.mark.parametrize(("state", "status"), [(Membership.LEFT, 302), (Membership.INVITED, 302), (None, 404)])
def test_who_may_come_back_or_in_gets_it_and_who_is_only_to_be_added_does_not(
    chat: Chat, pupil: Person, client: Client, state: str | None, status: int
) -> None:
    known(chat)
    if state:
        chat_rows.inside(chat, chat_rows.profile(pupil), state=state)
    else:
        Membership.objects.filter(room__chat=chat, member=chat_rows.profile(pupil)).delete()
    assert client.get(way(chat)).status_code == status


def test_the_administrator_may_look_into_any_chat_of_his_school(
    chat: Chat, administrator: User, client: Client
) -> None:
    known(chat)
    assert client.get(way(chat)).headers["Location"] == LINK
    with rows.writing():
        Organization.objects.update(chats_enabled=False)
    assert client.get(way(chat)).status_code == 302
