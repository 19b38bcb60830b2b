"""From the tick to the card."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.test import Client

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Organization
from tests import school_rows as rows
from tests.web.reading import elements, text

ONE = "Выберите один чат: отметьте его в таблице и нажмите «Редактировать»."
SEVERAL = "Выберите один чат: редактировать можно только по одному."


@pytest.fixture
def chat(school: Organization) -> Chat:
    with rows.writing():
        return rows.chat(school, ChatKind.CUSTOM, "Поход")


def test_one_ticked_chat_leads_to_its_card(chat: Chat, administrator: User, client: Client) -> None:
    response = client.get(f"/registry/demo/edit/?chat={chat.pk}&school=demo&kind=custom")
    address, _, back = response.headers["Location"].partition("?")
    assert (response.status_code, address) == (302, f"/chats/{chat.pk}/")
    assert parse_qs(back) == {"back": ["/registry/?school=demo&kind=custom"]}


@pytest.mark.parametrize(
    ("ticked", "said"), [("", ONE), ("&chat=", ONE), ("&chat=x", ONE), ("&chat=1&chat=2", SEVERAL)]
)
def test_none_or_several_lead_back_to_the_same_rows_with_a_word(
    ticked: str, said: str, chat: Chat, administrator: User, client: Client
) -> None:
    asked = "school=demo&search=%D0%BF%D0%BE%D1%85%D0%BE%D0%B4&sort=-title&page=2"
    response = client.get(f"/registry/demo/edit/?{asked}&evil=1{ticked}")
    assert response.headers["Location"] == f"/registry/?{asked}"
    shown = client.get(response.headers["Location"])
    assert said in [text(alert) for alert in elements(shown, "div", role="status")]


def test_a_chat_of_another_school_is_not_there(school: Organization, administrator: User, client: Client) -> None:
    with rows.writing():
        foreign = rows.chat(rows.school("other", "Другая"), ChatKind.CUSTOM, "Чужой")
    for ticked in (foreign.pk, 10**30):
        assert client.get(f"/registry/demo/edit/?chat={ticked}").status_code == 404


def test_the_ticks_carry_the_rows_they_were_made_in(chat: Chat, administrator: User, client: Client) -> None:
    response = client.get("/registry/?school=demo&kind=custom&sort=-title")
    own = [dict(one.attributes) for one in elements(response, "input", form="edit")]
    assert [(one["name"], one["value"]) for one in own] == [
        ("school", "demo"),
        ("kind", "custom"),
        ("sort", "-title"),
        ("chat", str(chat.pk)),
    ]
