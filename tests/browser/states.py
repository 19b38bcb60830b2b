"""Every face of every page: who looks, what is in the database, and what he did there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Account, Chat, Grant, Membership, Organization, Room
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows

PLAN = "Создать/обновить чаты для организации"
LONG = "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 17 с углублённым изучением предметов»"


def administrator(school: Organization) -> User:
    user = rows.granted("administrator", Grant.ADMINISTRATOR, school)
    rows.person("Завучева", user=user)
    return user


def connected() -> Organization:
    region = rows.region("region")
    rows.connection(region)
    return rows.small_school("demo", parent=region)


def approved() -> Run:
    run = approve(prepare(connected()), actor=Actor.system("tests"))
    Chat.objects.filter(organization=run.organization).update(linked=4, inside=0)
    return run


def moved(run: Run, state: str, *, done: int = 0, problem: str = "", failures: tuple[str, ...] = ()) -> Run:
    """The run as the worker would have left it."""
    steps = list(run.steps.order_by("position"))
    for step, reason in zip(reversed(steps), failures, strict=False):
        Step.objects.filter(pk=step.pk).update(state=Step.FAILED, reason=reason)
    Step.objects.filter(pk__in=[step.pk for step in steps[:done]]).update(state=Step.DONE)
    now = timezone.now()
    run.state, run.done, run.failed, run.problem = state, done, len(failures), problem
    run.started_at = None if state == Run.QUEUED else now - timedelta(minutes=3)
    run.finished_at = None if state in Run.OPEN else now
    run.save()
    return run


def nobody() -> None:
    """Looks without signing in."""


def teacher() -> User:
    user = rows.user("teacher")
    rows.employ(rows.person("Петрова", user=user), rows.small_school("demo"))
    return user


def operator() -> User:
    return rows.granted("operator", Grant.OPERATOR, None)


def empty() -> User:
    return administrator(connected())


def without_roster() -> User:
    school = rows.school("demo")
    school.active_year = None
    school.save()
    return administrator(school)


def unconnected() -> User:
    return administrator(rows.small_school("demo"))


def many_chats() -> User:
    """A long name, every kind, every percentage, several pages and several schools."""
    for number in (2, 10, 1):
        school = rows.school(f"s{number}", f"Школа № {number}")
    school = rows.school("long", LONG)
    for number in range(1, 12):
        unit = rows.school_class(school, f"{number}А")
        english = rows.group(school, "Иностранный язык (английский)", f"{number}А английский, подгруппа 2")
        pupil = rows.person()
        for place in (unit, english):
            rows.enroll(pupil, place, EnrollmentRole.STUDENT)
        rows.chat(school, ChatKind.CLASS, f"{LONG} - {number}А - Чат класса", unit=unit, linked=30, inside=27)
        rows.chat(school, ChatKind.PARENTS, f"{LONG} - {number}А - Родительский чат", unit=unit, linked=41, inside=41)
        rows.chat(school, ChatKind.SUBJECT, f"{number}А - Английский", unit=english, linked=14, inside=3)
    rows.chat(school, ChatKind.TEACHERS, "Учительский чат")
    old = rows.chat(school, ChatKind.CUSTOM, "Поход на Голец", linked=3, inside=3)
    Chat.objects.filter(pk=old.pk).update(wanted=False)
    return operator()


def done_already() -> User:
    """Everybody is where he should be: a plan has nothing to do."""
    run = moved(approved(), Run.DONE, done=14)
    for chat in Chat.objects.all():
        room = Room.objects.create(
            chat=chat, connection=run.connection, owner="1", external_id=str(chat.pk), title=chat.title
        )
        for step in chat.steps.filter(operation="add_member"):
            Membership.objects.create(room=room, member=step.data["member"], state=Membership.IN, ours=True)
    Chat.objects.update(inside=4)
    return administrator(run.organization)


def half_gone() -> User:
    """So many have unlinked or left that the brake holds."""
    user = done_already()
    school = Organization.objects.get(key="demo")
    for person in list(Account.objects.values_list("person", flat=True)):
        Account.objects.filter(person=person).update(ended_at=timezone.now())
    rooms = Room.objects.all()
    for number in range(20):
        Membership.objects.bulk_create(
            Membership(room=room, member=f"9{number:03}", state=Membership.IN, ours=True) for room in rooms
        )
    assert prepare(school).plan.refusal
    return user


def running() -> User:
    return administrator(moved(approved(), Run.RUNNING, done=5).organization)


def waiting() -> User:
    return administrator(moved(approved(), Run.WAITING, done=5, problem="captcha").organization)


def partial() -> User:
    failures = ("privacy", "privacy", "unknown_account", "vk_4242")
    return administrator(moved(approved(), Run.PARTIAL, done=10, failures=failures).organization)


def failed() -> User:
    return administrator(moved(approved(), Run.FAILED, done=2, problem="token_expired").organization)


def queued() -> User:
    return administrator(moved(approved(), Run.QUEUED).organization)


def opened(page: Page) -> None:
    page.get_by_role("button", name=PLAN).click()
    expect(page.get_by_role("dialog").get_by_role("button").first).to_be_visible()


def wrong_password(page: Page) -> None:
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_be_visible()


def locked_out(page: Page) -> None:
    for _ in range(4):
        wrong_password(page)
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Слишком много попыток входа")).to_be_visible()


def without_cookie(page: Page) -> None:
    page.context.clear_cookies()
    page.get_by_label("Имя для входа").fill("nobody")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Страница устарела")).to_be_visible()


@dataclass(frozen=True)
class State:
    """`url_name` "" = a page that no address leads to. `refused` is the status the browser complains about."""

    name: str
    url_name: str
    path: str
    viewer: Callable[[], User | None]
    after: Callable[[Page], None] | None = None
    refused: int = 0


RUN = "/runs/{run}/"
STATES = [
    State("sign-in", "account_login", "/accounts/login/", nobody),
    State("sign-in-wrong", "account_login", "/accounts/login/", nobody, wrong_password),
    State("sign-in-locked", "account_login", "/accounts/login/", nobody, locked_out, 429),
    State("sign-in-stale", "", "/accounts/login/", nobody, without_cookie, 403),
    State("sign-out", "account_logout", "/accounts/logout/", teacher),
    State("sign-in-closed", "account_inactive", "/accounts/inactive/", nobody),
    State("start", "start", "/", teacher),
    State("registry-empty", "registry", "/registry/", empty),
    State("registry-without-roster", "registry", "/registry/", without_roster),
    State("registry-without-schools", "registry", "/registry/", operator),
    State("registry", "registry", "/registry/?school=long", many_chats),
    State("dialog-plan", "plan", "/registry/", empty, opened),
    State("dialog-problem", "plan", "/registry/", unconnected, opened),
    State("dialog-nothing", "plan", "/registry/", done_already, opened),
    State("dialog-refused", "plan", "/registry/", half_gone, opened),
    State("plan", "plan", "/registry/demo/plan/", empty),
    State("plan-while-running", "plan", "/registry/demo/plan/", running),
    State("progress-queued", "registry", "/registry/", queued),
    State("progress-running", "registry", "/registry/", running),
    State("progress-waiting", "registry", "/registry/", waiting),
    State("progress-done", "registry", "/registry/", done_already),
    State("progress-partial", "registry", "/registry/", partial),
    State("progress-failed", "registry", "/registry/", failed),
    State("run", "run", RUN, running),
    State("missing", "", "/there-is-no-such-page/", nobody, None, 404),
]
NO_PAGES = {"start_run": "answers POST alone"}


def path_of(state: State) -> str:
    run = Run.objects.order_by("-pk").first()
    return state.path.format(run=run.pk if run else 0)
