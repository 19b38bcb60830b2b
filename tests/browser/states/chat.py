"""The card of a chat: its title on the way, its people in every state, and the dialogs."""

from __future__ import annotations

import datetime

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import (
    Account,
    Chat,
    Connection,
    Enrollment,
    Membership,
    Organization,
    Person,
    Room,
    SchoolClass,
    Seat,
)
from peremena.sync.edits import block, pin
from peremena.sync.models import Step
from tests import chat_rows
from tests import school_rows as rows
from tests.browser.states.registry import LONG
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator, approved, connected

CARD = "/chats/{chat}/"
LONG_NAME = ("Константинопольская-Римская-Корсакова", "Александра-Мария", "Вячеславовна-Ростиславовна")


def full() -> User:
    """Everybody in his own state: pinned, blocked, refused, gone by himself, invited, waiting, not linked; and strangers."""
    school = connected()
    chat = chat_rows.made(school)["class"]
    viewer = administrator(school)
    first = SchoolClass.objects.get(organization=school)
    states = {
        "Агафонова": (Membership.LEFT, ""),
        "Борисова": (Membership.INVITED, ""),
        "Виноградова": (Membership.REFUSED, "privacy"),
        "Григорьева": (Membership.REFUSED, "access_denied"),
        "Дементьева": ("", ""),
    }
    for name, (state, reason) in states.items():
        pupil = rows.person(name, linked=True)
        rows.enroll(pupil, first)
        if state:
            chat_rows.inside(chat, chat_rows.profile(pupil), state=state, reason=reason)
    rows.enroll(rows.person("Ефимова"), first)
    psychologist = rows.person("Яковлева", linked=True)
    rows.employ(psychologist, school, "specialist")
    pin(
        chat, psychologist, actor=chat_rows.TESTS, by=viewer, reason="помогает классу", until=datetime.date(2100, 5, 31)
    )
    block(chat, called("Кузнецова"), actor=chat_rows.TESTS, by=viewer, reason="по просьбе родителей")
    secretary = rows.person("Юдина", linked=True)
    rows.employ(secretary, school, "secretary")
    for member in (chat_rows.profile(secretary), "987654321"):
        chat_rows.inside(chat, member, ours=False)
    Room.objects.update(due_at=None)
    return viewer


def called(family_name: str) -> Person:
    return Person.objects.filter(family_name=family_name).earliest("pk")


def made() -> tuple[Organization, Chat]:
    school = connected()
    return school, chat_rows.made(school)["class"]


def without_room() -> User:
    school = connected()
    approved_school = Organization.objects.get(pk=school.pk)
    chat_rows.made(approved_school)
    Room.objects.all().delete()
    return administrator(school)


def being_made() -> User:
    return administrator(approved().organization)


def renamed() -> User:
    school, chat = made()
    chat_rows.renaming(chat, "Первый «А», 2026/27 🎒", Step.WAITING)
    return administrator(school)


def rename_failed() -> User:
    school, chat = made()
    chat_rows.renaming(chat, "Первый «А», 2026/27 🎒", Step.FAILED, reason="not_admin")
    return administrator(school)


def stopped() -> User:
    viewer = rename_failed()
    Connection.objects.update(state=Connection.STOPPED, problem="token_expired")
    return viewer


def nobody_linked() -> User:
    school, _ = made()
    Account.objects.update(ended_at="2026-11-01T00:00Z")
    Membership.objects.all().delete()
    return administrator(school)


def long_names() -> User:
    school, chat = made()
    Organization.objects.filter(pk=school.pk).update(name=LONG)
    chat_rows.changed(
        chat, title=f"{LONG} - 1А - Чат класса для важных объявлений и ничего лишнего"[:200], title_kept=True
    )
    SchoolClass.objects.update(title="1А (кадетский, с углублённым изучением)")
    family, given, middle = LONG_NAME
    Person.objects.exclude(user__isnull=False).update(family_name=family, given_name=given, middle_name=middle)
    Person.objects.filter(enrollments__in=Enrollment.objects.all()).update(family_name=family)
    Seat.objects.create(chat=chat, person=Person.objects.earliest("pk"), layer=Seat.PINNED, reason="и" * 255)
    return administrator(school)


def many_members() -> User:
    school, _ = made()
    first = SchoolClass.objects.get(organization=school)
    for number in range(120):
        rows.enroll(rows.person(f"Яшина-{number}"), first)
    return administrator(school)


def unwanted() -> User:
    school, chat = made()
    Enrollment.objects.update(ended="2026-11-01")
    chat_rows.changed(chat, wanted=False)
    return administrator(school)


def empty() -> User:
    school, _ = made()
    Enrollment.objects.update(ended="2026-11-01")
    Membership.objects.all().delete()
    return administrator(school)


def calm() -> User:
    return administrator(made()[0])


def too_long(page: Page) -> None:
    page.get_by_label("Название:").fill("Очень длинное название " * 9)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("alert")).to_contain_text("от 1 до 200 символов")


def overtaken(page: Page) -> None:
    chat_rows.changed(Chat.objects.filter(kind="class").earliest("pk"), title="Чат первого А", title_kept=True)
    page.get_by_label("Название:").fill("Первый «А»")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("alert")).to_contain_text("изменили на «Чат первого А»")


def excluding(page: Page) -> None:
    page.get_by_role("button", name="Исключить: Петрова Анна").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Отмена")).to_be_visible()


def pinning(page: Page) -> None:
    page.get_by_role("button", name="Закрепить: Юдина Анна").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Отмена")).to_be_visible()


def adding(page: Page) -> None:
    page.get_by_role("button", name="Добавить участника").click()
    page.get_by_label("Фамилия, имя или отчество").fill("сидо")
    expect(page.get_by_role("dialog").get_by_role("radio")).to_have_count(2)


def nobody_found(page: Page) -> None:
    page.get_by_label("Найти участника").fill("Нетакой")
    expect(page.get_by_text("Никого не нашлось")).to_be_visible()


def added_without_choice(page: Page) -> None:
    page.get_by_role("button", name="Добавить", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Выберите человека")


STATES = [
    State("chat", "chat", CARD, full),
    State("chat-calm", "chat", CARD, calm),
    State("chat-without-room", "chat", CARD, without_room),
    State("chat-being-made", "chat", CARD, being_made),
    State("chat-renamed", "chat", CARD + "?saved=1", renamed),
    State("chat-rename-failed", "chat", CARD, rename_failed),
    State("chat-stopped", "chat", CARD, stopped),
    State("chat-nobody-linked", "chat", CARD, nobody_linked),
    State("chat-long-names", "chat", CARD, long_names),
    State("chat-many-members", "chat", CARD + "?page=2", many_members),
    State("chat-unwanted", "chat", CARD, unwanted),
    State("chat-empty", "chat", CARD, empty),
    State("chat-too-long", "chat", CARD, calm, too_long, 422),
    State("chat-overtaken", "chat", CARD, calm, overtaken, 422),
    State("chat-nobody-found", "chat", CARD, calm, nobody_found),
    State("chat-excluding", "chat_member", CARD, calm, excluding),
    State("chat-pinning", "chat_member", CARD, full, pinning),
    State("chat-adding", "chat_people", CARD, calm, adding),
    State("chat-member", "chat_member", "/chats/{chat}/people/{person}/?do=exclude", calm),
    State("chat-people", "chat_people", "/chats/{chat}/people/?name=сидорова", calm),
    State("chat-people-nothing", "chat_people", "/chats/{chat}/people/", calm, added_without_choice, 422),
]
NO_PAGES = {"chat_news": "a part of the card"}
