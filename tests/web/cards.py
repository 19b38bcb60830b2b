"""A chat's card, as tests ask for it and read it."""

from __future__ import annotations

from django.test import Client

from peremena.school.models import Chat, Person
from tests.web.reading import table, texts


def card(client: Client, chat: Chat, **query: str):  # type: ignore[no-untyped-def]
    return client.get(f"/chats/{chat.pk}/", query)


def counts(client: Client, chat: Chat) -> list[str]:
    return texts(card(client, chat), "p", **{"class": "chat-counts"})


def called(family_name: str) -> Person:
    return Person.objects.filter(family_name=family_name).earliest("pk")


def rows_of(client: Client, chat: Chat, **query: str) -> dict[str, list[str]]:
    """Name → type, profile, state, why, actions."""
    return {row[0]: row[1:] for row in table(card(client, chat, **query))}
