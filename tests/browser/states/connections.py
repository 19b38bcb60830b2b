"""«Подключения»: what serves the school, a key on its way, and the switch of its chats."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.school.models import Connection, Grant, Organization, Room
from peremena.sync.checking import ask_to_check
from peremena.sync.models import ConnectionCheck
from tests import school_rows as rows
from tests.browser.states.registry import LONG, running
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator, connected, operator

PAGE, ADD = "/connections/", "/connections/demo/add/"


def inherited() -> User:
    return administrator(connected())


def stopped() -> User:
    """The school's own community, with long names all around."""
    user = inherited()
    rows.connection(Organization.objects.get(key="demo"), "community")
    Connection.objects.filter(credential_kind="community").update(state=Connection.STOPPED, problem="token_expired")
    Organization.objects.filter(key="demo").update(name=LONG)
    return user


def nowhere() -> User:
    return administrator(rows.small_school("demo"))


def asked(state: str = ConnectionCheck.WAITING, *, kind: str = "user", **how: str) -> User:
    user = inherited()
    ask_to_check(Connection.objects.get(), actor=Actor.user(user))
    ConnectionCheck.objects.update(
        state=state, credential_kind=kind, created_at=timezone.now() - timedelta(seconds=30), **how
    )
    return user


def accepted() -> User:
    return asked(ConnectionCheck.ACCEPTED, account="100500")


def refused() -> User:
    return asked(ConnectionCheck.REFUSED, problem="token_kind")


def unasked() -> User:
    return asked(ConnectionCheck.FAILED, problem="unreachable")


def switched_off() -> User:
    user = inherited()
    Organization.objects.filter(key="demo").update(chats_enabled=False)
    return user


def region_operator() -> User:
    school = rows.small_school("demo", LONG, parent=rows.region("region"))
    return rows.granted("operator", Grant.OPERATOR, school.parent)


def with_chats() -> User:
    user = inherited()
    chat = rows.chat(Organization.objects.get(key="demo"), ChatKind.TEACHERS, "Учительский чат")
    Room.objects.create(chat=chat, connection=Connection.objects.get(), owner="1", external_id="1", title="1")
    return user


def replaceable() -> User:
    school = connected()
    return rows.granted("operator", Grant.OPERATOR, school.parent)


def sent_empty(page: Page) -> None:
    page.get_by_label("Ключ сообщества").check()
    page.get_by_role("button", name="Проверить и сохранить").click()
    expect(page.get_by_role("alert")).to_be_visible()


def asked_off(page: Page) -> None:
    page.get_by_role("button", name="Выключить чаты").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Отмена")).to_be_visible()


STATES = [
    State("connections", "connections", PAGE, inherited),
    State("connections-stopped", "connections", PAGE, stopped),
    State("connections-none", "connections", PAGE, nowhere),
    State("connections-without-schools", "connections", PAGE, operator),
    State("connections-checking", "connections", PAGE, asked),
    State("connections-accepted", "connections", PAGE, accepted),
    State("connections-refused", "connections", PAGE, refused),
    State("connections-unasked", "connections", PAGE, unasked),
    State("connections-off", "connections", PAGE, switched_off),
    State("registry-off", "registry", "/registry/", switched_off),
    State("connection-add", "connection_add", ADD, region_operator),
    State("connection-add-error", "connection_add", ADD, with_chats, sent_empty),
    State("connection-replace", "connection_replace", "/connections/demo/replace/", replaceable),
    State("dialog-switch-off", "switch_chats", PAGE, running, asked_off),
    State("switch-off", "switch_chats", "/connections/demo/chats/", running),
    State("switch-off-already", "switch_chats", "/connections/demo/chats/", switched_off),
]
NO_PAGES = {"check_connection": "answers POST alone", "connection_check": "a fragment of «Подключения»"}
