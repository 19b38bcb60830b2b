"""Starting runs and waiting for their end at a terminal."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db import connection
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import COMMAND_LINE, Actor
from peremena.cli import output
from peremena.cli.installation import tree_is_running
from peremena.jobs.models import Worker
from peremena.server.parent_death import dying_with_parent
from peremena.sync.models import Run, Step
from peremena.sync.planning import Prepared
from peremena.sync.runs import AlreadyRunning, Outdated, approve, wake

GLANCE = 0.2  # seconds between two looks at the rows
UNREACHABLE_FOR = 15.0  # seconds of silence after which nobody should go on waiting at a terminal
FAR_AWAY = 60.0  # seconds: a retry that is due later than that is not waited for
WORKER_LOCK = 0x706572656D  # one command at a time brings its own worker


@dataclass(frozen=True, slots=True)
class Waited:
    """`trouble` is one line when the waiting was given up: the runs stay open and go on by themselves later."""

    runs: list[Run]
    trouble: str = ""


def approved(prepared: Prepared, *, user: User | None, reason: str, again: Callable[[], Prepared] | None = None) -> Run:
    """A new run, or the one that is under way already. `again` makes a new plan where this one is out of date: only of a plan
    that nobody has looked at."""
    try:
        return approve(prepared, actor=Actor.user(user) if user else COMMAND_LINE, user=user, reason=reason)
    except Outdated:
        if again is None:
            raise
        return approved(again(), user=user, reason=reason, again=again)
    except AlreadyRunning as found:
        output.say(f"В школе «{prepared.organization.key}» уже идёт прогон {found.run.pk}: ждём его.")
        wake(found.run.connection_id)
        return found.run


def changes_under_way(runs: list[Run]) -> list[Run]:
    """What these schools have had begun by events: it is a part of what the chats still lack."""
    schools = [run.organization_id for run in runs]
    return list(Run.objects.filter(organization__in=schools, kind=Run.CHANGE, state__in=Run.OPEN))


def wait(runs: list[Run], worker: WorkerAtHand) -> Waited:
    """Until all runs are closed, or it makes no sense to wait."""
    ids = [run.pk for run in runs]
    with output.progress("Чаты") as bar:
        silent_since: float | None = None
        while True:
            soon = _due_soon(ids)  # asked before the runs: one that ends in between must be seen as ended
            runs = list(Run.objects.filter(pk__in=ids).select_related("connection").order_by("pk"))
            bar(sum(run.done + run.failed for run in runs), sum(run.total for run in runs))
            still_open = [run for run in runs if run.state in Run.OPEN]
            if not still_open:
                return Waited(runs)
            if trouble := _refused(still_open) or worker.look():
                return Waited(runs, trouble)
            silent = all(run.state == Run.WAITING and run.problem for run in still_open)
            silent_since = (silent_since or time.monotonic()) if silent else None
            if silent_since and time.monotonic() - silent_since > UNREACHABLE_FOR:
                return Waited(runs, _silence(still_open[0]))
            if not soon:
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


def _due_soon(runs: list[int]) -> bool:
    soon = timezone.now() + timedelta(seconds=FAR_AWAY)
    steps = Step.objects.filter(run__in=runs, run__state__in=Run.OPEN)
    return steps.filter(state=Step.SENT).exists() or steps.filter(state=Step.WAITING, due_at__lte=soon).exists()


class WorkerAtHand:
    """Somebody who does the work while we wait: the workers that live already, else one that this command brings. A lock
    keeps two commands from bringing two; when the one with the worker ends first, the other brings its own."""

    def __init__(self) -> None:
        self._own: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.look()
        return self

    def look(self) -> str:
        """Bring a worker if there is none. One line when our own has ended by itself, else ""."""
        if self._own is not None:
            if (code := self._own.poll()) is not None:
                return f"работник завершился сам (код {code}): проверьте установку, peremena doctor."
        elif not tree_is_running() and not Worker.objects.alive().exists() and _locked():
            self._own = subprocess.Popen(
                [sys.executable, "-m", "peremena", "worker", "--sole"],
                stdout=subprocess.DEVNULL,  # ours is for the result only
                preexec_fn=dying_with_parent(signal.SIGTERM),
            )
        return ""

    def __exit__(self, *error: object) -> None:
        if self._own is not None:
            self._own.terminate()
            self._own.wait()
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [WORKER_LOCK])


def _locked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [WORKER_LOCK])
        return bool(cursor.fetchone()[0])
