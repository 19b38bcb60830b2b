"""The kill campaign on a fleet: two workers over a database of its own, and the busy one is killed with kill -9."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command

from peremena.bench.aim import aimed
from peremena.bench.kill import CHATS, PEOPLE, Campaign
from peremena.bench.report import Figure, Report
from peremena.bench.roster import even
from peremena.bench.school import take_in
from peremena.bench.stack import PLENTY, START_WITHIN, Stack, until
from peremena.jobs.models import Worker
from peremena.server.ports import is_open
from peremena.server.postgres import Server

WORKERS = ("worker 1", "worker 2")
A_MOMENT = 0.15  # seconds in which it shows who is busy
AGAIN_WITHIN = 30.0  # seconds until progress, as promised
USER_TIME, SYSTEM_TIME = 13, 14  # fields of /proc/<pid>/stat, counted from 0


class Fleet(Stack):
    """No tree: the database runs by itself, and nobody starts a worker again but who killed it."""

    @contextmanager
    def running(self, *, pace: int = PLENTY) -> Iterator[None]:
        server = Server(self.folder.database)
        server.start()
        try:
            call_command("migrate", verbosity=0)
            with self.started(self.messenger(pace), *((name, "peremena", "worker") for name in WORKERS)):
                until(lambda: is_open(self.standin.port), START_WITHIN)
                until(lambda: Worker.objects.alive().count() == len(WORKERS), START_WITHIN)
                yield
        finally:
            server.stop()

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def pid(self, target: str) -> int | None:
        """Of the worker that is computing now; of the messenger."""
        if target != "worker":
            return super().pid(target)
        pids = [self.process_of(name).pid for name in WORKERS]
        before = {pid: _computed(pid) for pid in pids}
        time.sleep(A_MOMENT)
        return max(pids, key=lambda pid: _computed(pid) - before[pid])

    def kill(self, target: str) -> None:
        """The busy worker; it is replaced at once by one that has done nothing yet."""
        busy = self.pid("worker")
        name = next(name for name in WORKERS if self.process_of(name).pid == busy)
        self.process_of(name).kill()
        self.process_of(name).wait()
        self.start_again(name)


def measure(stack: Stack, *, points: int, seed: int, tell: Callable[[str], None]) -> Report:
    """Points `seed`, `seed` + 1 and so on."""
    fleet = Fleet(stack.folder, stack.port, stack.standin)
    with fleet.running():
        take_in(fleet, even(CHATS, PEOPLE))
        campaign = Campaign(fleet, even(CHATS, PEOPLE))
        whole = campaign.uninterrupted()
        survived = []
        for number in range(seed, seed + points):
            survived.append(campaign.survive(aimed(number, whole)._replace(target="worker")))
            tell(survived[-1].line())
        found = campaign.twin()
    times = [point.again for point in survived if point.again is not None]
    return Report(
        "fleet",
        [
            Figure("points", "точек", len(survived)),
            Figure("wrong", "из них кончились неверно", sum(bool(each.complaints) for each in survived), at_most=0),
            Figure("again", "секунд до следующего шага, самое большее", max(times, default=0.0), at_most=AGAIN_WITHIN),
            Figure("twin_found", "нарочно созданный двойник замечен", bool(found), at_least=1),
        ],
    )


def _computed(pid: int) -> int:
    """Processor time so far, in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[USER_TIME - 2]) + int(fields[SYSTEM_TIME - 2])
