"""What the left menu needs on every page."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from peremena.accounts.models import User
from peremena.school.models import Person
from peremena.school.places import schools_of
from peremena.web import access


class Item(NamedTuple):
    """`pages`: the names of all addresses that belong to it."""

    title: str
    url_name: str
    icon: str
    pages: frozenset[str]
    for_operators: bool = False


ADMINISTRATION = (
    Item(
        "Сферум (ВК Мессенджер)",
        "registry",
        "chats",
        frozenset({"registry", "plan", "start_run", "run", "runs", "chat", "chat_member", "chat_people"}),
    ),
    Item(
        "Подключения",
        "connections",
        "plug",
        frozenset({"connections", "connection_add", "connection_replace", "switch_chats"}),
    ),
    Item("Пользователи", "users", "people", frozenset({"users", "rights", "issue_codes"})),
    Item("Импорт", "roster_import", "import", frozenset({"roster_import", "upload_roster", "upload"})),
    Item("Школы", "schools", "schools", frozenset({"schools", "plan_many"}), for_operators=True),
)


class Entry(NamedTuple):
    title: str
    address: str
    icon: str
    is_active: bool
    is_current: bool

    @property
    def icon_template(self) -> str:
        return f"web/icons/{self.icon}.svg"


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: functions, so that a page without a menu asks the database nothing."""
    user = getattr(request, "user", None)  # an error may come before anybody is recognized
    if not isinstance(user, User):
        return {}
    return {
        "menu_name": lambda: _name(user),
        "menu_has_chats": lambda: _has_chats(user),
        "menu_administration": lambda: _administration(request, user) if access.administers(user) else [],
        "menu_back": lambda: _back(request),
    }


def _name(user: User) -> str:
    person = Person.objects.filter(user=user).first()
    return person.full_name if person else user.username


def _has_chats(user: User) -> bool:
    """Whether «Чаты» are switched on in a school of his."""
    person = access.person_of(user)
    return person is not None and schools_of(person.pk).filter(chats_enabled=True).exists()


def _back(request: HttpRequest) -> str:
    """The page to come back to from somewhere else: this one, if it can be asked for again."""
    if request.resolver_match and request.resolver_match.url_name == "external_systems":
        return request.GET.get("next", "")
    return request.get_full_path() if request.method == "GET" else ""


def _administration(request: HttpRequest, user: User) -> list[Entry]:
    match = request.resolver_match
    here, key = (match.url_name or "", match.kwargs.get("key")) if match else ("", None)
    # The school that was chosen stays chosen from page to page.
    school = request.GET.get("school") or key
    chosen = f"?{urlencode({'school': school})}" if school else ""
    operates = access.operates(user)
    return [
        Entry(item.title, reverse(item.url_name) + chosen, item.icon, here in item.pages, here == item.url_name)
        for item in ADMINISTRATION
        if operates or not item.for_operators
    ]
