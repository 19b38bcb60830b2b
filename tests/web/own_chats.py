"""What the page «Чаты» tells a person."""

from __future__ import annotations

from typing import NamedTuple

from django.test import Client

from peremena.school.models import Account, Person
from tests import school_rows as rows
from tests.web.reading import Answer, elements, text, texts, walk

PAGE = "/my-chats/"


class Told(NamedTuple):
    title: str
    kind: str
    state: str
    why: str
    button: str


def told(page: Answer) -> list[Told]:
    """Chat by chat."""
    return [
        Told(
            title=texts_in(entry, "own-title"),
            kind=texts_in(entry, "badge"),
            state=texts_in(entry, "own-state"),
            why=texts_in(entry, "own-why"),
            button=" ".join(text(one) for one in walk(entry) if one.name == "a"),
        )
        for entry in elements(page, "li")
        if "own-chat" in dict(entry.attributes).get("class", "").split()
    ]


def texts_in(element, name: str) -> str:  # type: ignore[no-untyped-def]
    found = [one for one in walk(element) if name in dict(one.attributes).get("class", "").split()]
    return " ".join(text(one) for one in found)


def signed_in(client: Client, person: Person, name: str = "somebody") -> Person:
    with rows.writing():
        person.user = rows.user(name)
        person.save(update_fields=["user"])
    client.force_login(person.user)
    return person


def linked(person: Person) -> Person:
    with rows.writing():
        Account.objects.create(person=person, messenger="vk", external_id=str(700_000 + person.pk))
    return person


def acts(page: Answer) -> list[str]:
    """What can be pressed at the top."""
    (tools,) = elements(page, "div", **{"class": "tools-acts"})
    return [text(one) for one in walk(tools) if one.name in ("a", "button")]


def headings(page: Answer) -> list[str]:
    return texts(page, "h2", **{"class": "card-title"})
