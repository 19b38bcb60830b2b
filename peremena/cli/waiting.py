"""Starting runs and waiting for their end at a terminal."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import COMMAND_LINE, Actor
from peremena.cli import output
from peremena.cli.installation import tree_is_running
from peremena.jobs.models import Worker
from peremena.sync.models import Run, Step
from peremena.sync.planning import Prepared
from peremena.sync.runs import AlreadyRunning, approve, wake

GLANCE = 0.2  # seconds between two looks at the rows
UNREACHABLE_FOR = 15.0  # seconds of silence after which nobody should go on waiting at a terminal
FAR_AWAY = 60.0  # seconds: a retry that is due later than that is not waited for
WORKER_LOCK = 0x706572656D  # one command at a time brings its own worker


@dataclass(frozen=True, slots=True)
class Waited:
    """`trouble` is one line when the waiting was given up: the runs stay open and go on by themselves later."""

    runs: list[Run]
    trouble: str = ""


def approved(prepared: Prepared, *, user: User | None, reason: str) -> Run:
    """A new run, or the one that is under way already."""
    try:
        return approve(prepared, actor=Actor.user(user) if user else COMMAND_LINE, user=user, reason=reason)
    except AlreadyRunning as found:
        output.say(f"В школе «{prepared.organization.key}» уже идёт прогон {found.run.pk}: ждём его.")
        wake(found.run.connection_id)
        return found.run


def wait(runs: list[Run]) -> Waited:
    """Until all runs are closed, or it makes no sense to wait."""
    ids = [run.pk for run in runs]
    with output.progress("Чаты") as bar:
        silent_since: float | None = None
        while True:
            runs = list(Run.objects.filter(pk__in=ids).order_by("pk"))
            bar(sum(run.done + run.failed for run in runs), sum(run.total for run in runs))
            still_open = [run for run in runs if run.state in Run.OPEN]
            if not still_open:
                return Waited(runs)
            if trouble := _refused(still_open):
                return Waited(runs, trouble)
            silent = all(run.state == Run.WAITING and run.problem for run in still_open)
            silent_since = (silent_since or time.monotonic()) if silent else None
            if silent_since and time.monotonic() - silent_since > UNREACHABLE_FOR:
                return Waited(runs, _silence(still_open[0]))
            if not _due_soon(still_open):
                return Waited(runs)
            time.sleep(GLANCE)


def _refused(runs: list[Run]) -> str:
    stopped = next((run for run in runs if run.connection.state != run.connection.READY), None)
    if stopped is None:
        return ""
    return (
        f"мессенджер не принял ключ доступа подключения {stopped.connection_id} ({stopped.connection.problem}): "
        "замените ключ и проверьте, peremena connection check; прогон продолжится сам."
    )


def _silence(run: Run) -> str:
    return (
        f"мессенджер не отвечает {UNREACHABLE_FOR:.0f} с ({run.problem}); прогон {run.pk} остаётся в очереди "
        "и продолжится сам, когда мессенджер ответит."
    )


def _due_soon(runs: list[Run]) -> bool:
    soon = timezone.now() + timedelta(seconds=FAR_AWAY)
    steps = Step.objects.filter(run__in=runs)
    return steps.filter(state=Step.SENT).exists() or steps.filter(state=Step.WAITING, due_at__lte=soon).exists()


@contextmanager
def worker_at_hand() -> Iterator[None]:
    """Where no worker lives and none is on its way, this command brings its own; a lock keeps two commands from bringing
    two."""
    if tree_is_running() or Worker.objects.alive().exists() or not _locked():
        yield
        return
    own = subprocess.Popen([sys.executable, "-m", "peremena", "worker", "--sole"])
    try:
        yield
    finally:
        own.terminate()
        own.wait()
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [WORKER_LOCK])


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [WORKER_LOCK])
        return bool(cursor.fetchone()[0])
