"""The rows of the registry: every condition, every filter, long names."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.school.models import Chat, Connection, Membership, Organization, Room
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator

NAME = "Муниципальное автономное общеобразовательное учреждение «Лицей № 5»"
SUBJECTS = ("Математика", "Русский язык", "Основы безопасности и защиты Родины", "Иностранный язык (английский)")


def every_condition() -> User:
    """Ten classes with four subjects each; at the beginning of the list a chat of every condition and every trouble."""
    region = rows.region("region")
    connection = rows.connection(region)
    school = rows.school("demo", NAME, region)
    for number in range(1, 11):
        unit = rows.school_class(school, f"{number}А")
        pupil = rows.person()
        rows.enroll(pupil, unit)
        for kind, title in ((ChatKind.CLASS, "Чат класса"), (ChatKind.PARENTS, "Родительский чат")):
            rows.chat(school, kind, f"{NAME} - {number}А - {title}", unit=unit, linked=28, inside=28)
        for subject in SUBJECTS:
            group = rows.group(school, subject, f"{number}А {subject}")
            rows.enroll(pupil, group)
            title = f"{NAME} - {number}А - {subject}"
            rows.chat(school, ChatKind.SUBJECT, title, unit=group, linked=14, inside=14)
    for chat in Chat.objects.order_by("sort_key"):
        rows.room(chat, connection)
    Chat.objects.update(seats=30)
    trouble(school, connection)
    return administrator(school)


def trouble(school: Organization, connection: Connection) -> None:
    chats = list(Chat.objects.filter(organization=school).order_by("sort_key", "pk")[:14])
    short, unwilling, invited, gone, extra, renamed, lost, doubled, roomless, failed, old, busy, nobody, empty = chats
    for chat in (short, unwilling, invited, gone):
        Chat.objects.filter(pk=chat.pk).update(inside=chat.linked - 3)
    Chat.objects.filter(pk=gone.pk).update(left=3)
    Chat.objects.filter(pk=extra.pk).update(excess=2)
    Room.objects.filter(chat=renamed).update(title="Наш дружный класс")
    Room.objects.filter(chat=lost).update(problem="room_closed")
    Room.objects.filter(chat=doubled).update(external_id="", problem="several_rooms")
    Room.objects.filter(chat__in=(roomless, failed)).delete()
    Chat.objects.filter(pk__in=(roomless.pk, failed.pk)).update(inside=0)
    Chat.objects.filter(pk=old.pk).update(wanted=False)
    Chat.objects.filter(pk=nobody.pk).update(linked=0, inside=0)
    Chat.objects.filter(pk=empty.pk).update(seats=0, linked=0, inside=0)
    answered(unwilling, Membership.REFUSED, "privacy")
    answered(invited, Membership.INVITED, "")
    run = of(school, connection, Run.PARTIAL, kind=Run.SYNC)
    step(run, failed, "create_chat", Step.FAILED, "access_denied")
    step(of(school, connection, Run.RUNNING, kind=Run.CHANGE), busy, "rename_chat", Step.WAITING, "")


def answered(chat: Chat, state: str, reason: str) -> None:
    room = Room.objects.get(chat=chat)
    for number in range(2):
        Membership.objects.create(room=room, member=f"{number}", state=state, reason=reason)


def of(school: Organization, connection: Connection, state: str, kind: str) -> Run:
    return Run.objects.create(
        organization=school,
        connection=connection,
        kind=kind,
        state=state,
        plan={},
        fingerprint="",
        actor="system:tests",
        total=1,
        failed=1 if state == Run.PARTIAL else 0,
        finished_at=timezone.now() if state == Run.PARTIAL else None,
    )


def step(run: Run, chat: Chat, operation: str, state: str, reason: str) -> None:
    Step.objects.create(
        run=run,
        connection=run.connection,
        chat=chat,
        position=run.steps.count(),
        operation=operation,
        data={},
        state=state,
        due_at=timezone.now(),
        reason=reason,
    )


def legend(page: Page) -> None:
    page.get_by_text("Что значат проценты").click()
    expect(page.get_by_text("сколько связавших профиль уже в чате")).to_be_visible()


def ticked(page: Page) -> None:
    page.get_by_label("Выбрать все на странице").check()
    expect(page.locator("#edit-hint")).to_contain_text("Выберите один чат")


STATES = [
    State("registry-states", "registry", "/registry/", every_condition, legend),
    State("registry-ticked", "registry", "/registry/?page=2", every_condition, ticked),
    State("registry-problems", "registry", "/registry/?differs=1&sort=state", every_condition),
    State("registry-filtered", "registry", "/registry/?search=1а&kind=subject&sort=-subject", every_condition),
    State("registry-nothing", "registry", "/registry/?search=Астрономия&kind=parents", every_condition),
    State("registry-no-such", "registry", "/registry/?class=99999999999999999999&sort=size", every_condition),
]
