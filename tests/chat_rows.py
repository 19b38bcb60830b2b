"""Invented chats in a messenger as rows, on top of tests.school_rows: what a run would have left."""

from __future__ import annotations

from django.utils import timezone

from peremena.audit.acts import Actor
from peremena.school.models import Account, Chat, Connection, Membership, Organization, Person, Room
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.projection import renew_chat
from peremena.sync.runs import approve
from tests import school_rows as rows

TESTS = Actor.system("tests")


def made(school: Organization) -> dict[str, Chat]:
    """Every wanted chat with its room, everybody linked inside, by kind (the first of each)."""
    run = approve(prepare(school), actor=TESTS)
    for chat in Chat.objects.filter(organization=school):
        Room.objects.create(
            chat=chat, connection=run.connection, owner="1", external_id=str(chat.pk + 40), title=chat.title
        )
    for step in run.steps.filter(operation="add_member"):
        inside(step.chat, step.data["member"])
    finished(run)
    for chat in Chat.objects.filter(organization=school):
        renew_chat(chat, run.connection)
    return {chat.kind: chat for chat in Chat.objects.filter(organization=school).order_by("-pk")}


def finished(run: Run) -> None:
    run.steps.filter(state__in=Step.OPEN).update(state=Step.DONE)
    Run.objects.filter(pk=run.pk).update(state=Run.DONE, done=run.total, finished_at=timezone.now())


def inside(chat: Chat, member: str, *, state: str = Membership.IN, ours: bool = True, reason: str = "") -> None:
    """What the messenger said last about a profile in the chat's room."""
    Membership.objects.update_or_create(
        room=chat.rooms.get(), member=member, defaults={"state": state, "ours": ours, "reason": reason}
    )


def changed(chat: Chat, **fields: object) -> None:
    with rows.writing():
        Chat.objects.filter(pk=chat.pk).update(**fields)


def profile(person: Person) -> str:
    return Account.objects.get(person=person, ended_at=None).external_id


def renaming(chat: Chat, title: str, state: str, *, reason: str = "") -> Step:
    """A person has given the chat another title; how far it has come."""
    changed(chat, title=title, title_kept=True)
    connection = Connection.objects.get(rooms__chat=chat)
    is_open = state in Step.OPEN
    run = Run.objects.create(
        organization=chat.organization,
        connection=connection,
        kind=Run.CHANGE,
        urgent=True,
        state=Run.RUNNING if is_open else Run.DONE if state == Step.DONE else Run.FAILED,
        plan={},
        fingerprint="",
        actor="tests",
        total=1,
    )
    return Step.objects.create(
        run=run,
        connection=connection,
        chat=chat,
        position=0,
        operation="rename_chat",
        data={"title": title},
        state=state,
        due_at=timezone.now(),
        reason=reason,
    )


def came_true(step: Step) -> None:
    """The messenger bears the title now."""
    Room.objects.filter(chat=step.chat_id).update(title=step.data["title"], due_at=None)
    Step.objects.filter(pk=step.pk).update(state=Step.DONE)
    Run.objects.filter(pk=step.run_id).update(state=Run.DONE, done=1, finished_at=timezone.now())
