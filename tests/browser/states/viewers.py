"""Who looks, and the schools he looks at."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.models import Chat, Grant, Organization
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows


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
    Chat.objects.filter(organization=run.organization).update(seats=4, linked=4, inside=0)
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
