"""The registry, the dialog of the plan, and the progress of a run."""

from __future__ import annotations

from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.school.models import Account, Chat, Membership, Organization, Room
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from tests import school_rows as rows
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator, approved, connected, moved, operator

PLAN = "Создать/обновить чаты для организации"
LONG = "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 17 с углублённым изучением предметов»"
RUN = "/runs/{run}/"


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


STATES = [
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
    State("run-partial", "run", RUN, partial),
    State("run-failures", "run", RUN + "?shown=failed", partial),
    State("runs", "runs", "/runs/", partial),
    State("runs-none", "runs", "/runs/", empty),
]
NO_PAGES = {"edit_chat": "leads to the card", "start_run": "answers POST alone", "cancel_run": "answers POST alone"}
