"""One face of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Person
from peremena.sync.models import Run


@dataclass(frozen=True)
class State:
    """`url_name` "" = a page that no address leads to. `refused` is the status the browser complains about."""

    name: str
    url_name: str
    path: str
    viewer: Callable[[], User | None]
    after: Callable[[Page], None] | None = None
    refused: int = 0


def path_of(state: State) -> str:
    run = Run.objects.order_by("-pk").first()
    teacher = User.objects.filter(username="teacher").first()
    chat = Chat.objects.filter(kind=ChatKind.CLASS).order_by("pk").first()
    person = Person.objects.filter(family_name="Сидорова").order_by("pk").first()
    found = {"run": run, "teacher": teacher, "chat": chat, "person": person}
    return state.path.format(**{name: row.pk if row else 0 for name, row in found.items()})
