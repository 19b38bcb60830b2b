"""«Чаты» of a participant, and the way into one."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Account, Chat, Membership, Organization, Person, SchoolClass
from tests import chat_rows
from tests import school_rows as rows
from tests.browser.states.state import State
from tests.browser.states.viewers import connected, operator, teacher

PAGE = "/my-chats/"
LONG = "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 1234»"


def somebody(family_name: str = "Петрова") -> User:
    """Of a school whose chats are made and everybody is inside."""
    school = connected()
    chat_rows.made(school)
    person = Person.objects.filter(family_name=family_name).earliest("pk")
    person.user = rows.user("somebody")
    person.save(update_fields=["user"])
    return person.user


def inside() -> User:
    return somebody()


def unlinked() -> User:
    user = somebody("Сидорова")
    Account.objects.filter(person__user=user).update(ended_at="2026-11-01T00:00Z")
    return user


def in_every_state() -> User:
    """A parent of children in two schools, long names, and one chat of each state."""
    user = somebody()
    person = Person.objects.get(user=user)
    school = Organization.objects.get(key="demo")
    Organization.objects.filter(pk=school.pk).update(name=LONG)
    for title in ("2А", "2Б", "2В", "2Г"):
        unit = rows.school_class(school, title)
        rows.guard(child := rows.person("Александрова-Константинопольская"), person)
        rows.enroll(child, unit)
        rows.chat(school, "parents", f"{LONG} - {title} - Родительский чат", unit=unit)
    rows.enroll(child, SchoolClass.objects.get(title="1А"))
    connection = school.parent.connections.get() if school.parent else None
    assert connection
    profile = chat_rows.profile(person)
    states = (Membership.INVITED, Membership.LEFT, Membership.REFUSED)
    for chat, state in zip(Chat.objects.filter(title__contains=" - 2").order_by("pk"), states, strict=False):
        rows.room(chat, connection)
        chat_rows.inside(chat, profile, state=state, reason="privacy" if state == Membership.REFUSED else "")
    rows.employ(person, rows.school("other", "Другая школа", parent=school.parent))
    return user


def switched_off() -> User:
    user = somebody()
    Organization.objects.update(chats_enabled=False)
    return user


def way_is_looked_for(page: Page) -> None:
    page.goto(chat_address())
    expect(page.get_by_text("Открываем чат")).to_be_visible()


def way_is_not_known(page: Page) -> None:
    page.goto(f"{chat_address()}?tries=15")
    expect(page.get_by_text("найдите чат в списке")).to_be_visible()


def chat_address() -> str:
    return f"/chats/{Chat.objects.get(kind='class').pk}/open/"


def asked(page: Page) -> None:
    page.get_by_role("button", name="Отменить привязку учебного профиля VK ID").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Да", exact=True)).to_be_visible()


STATES = [
    State("own-chats", "own_chats", PAGE, inside),
    State("own-chats-unlinked", "own_chats", PAGE, unlinked),
    State("own-chats-states", "own_chats", PAGE, in_every_state),
    State("own-chats-none", "own_chats", PAGE, teacher),
    State("own-chats-off", "own_chats", PAGE, switched_off),
    State("own-chats-nobody", "own_chats", PAGE, operator),
    State("own-chats-unlinking", "own_chats", PAGE, inside, asked),
    State("open-chat-waiting", "open_chat", PAGE, inside, way_is_looked_for),
    State("open-chat-unknown", "open_chat", PAGE, inside, way_is_not_known),
    State("staff-registry", "registry", "/registry/", inside),
    State("staff-card", "chat", "/chats/{chat}/", inside),
]
