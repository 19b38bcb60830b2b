"""Real worker processes on a real database: what becomes of a job when its worker does not."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from peremena.jobs.models import Worker
from peremena.jobs.queue import enqueue, is_waiting
from tests.jobs import holding
from tests.jobs.test_limiter import environment

pytestmark = pytest.mark.django_db(transaction=True)
assert holding.hold  # the task is known by its name here too
LONGEST = 40.0  # seconds; only a failure takes so long


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


class Site:
    """Workers, and the log that their jobs write."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.log = folder / "log"
        self.log.touch()
        self.environment = environment(database_url)
        self.workers: list[subprocess.Popen[bytes]] = []

    def worker(self, *arguments: str) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "-m", "tests.jobs.hand", *arguments], env=self.environment)
        self.workers.append(worker)
        return worker

    def ask(self, *names: str, lock: str | None = None) -> None:
        for name in names:
            enqueue("tests.hold", lock=lock, log=str(self.log), name=name)

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()

    def go(self) -> None:
        Path(f"{self.log}.go").touch()


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    site = Site(tmp_path, database_url)
    yield site
    site.go()
    for worker in site.workers:
        worker.send_signal(signal.SIGCONT)
        worker.terminate()
    for worker in site.workers:
        worker.wait(LONGEST)


def test_a_job_whose_worker_was_killed_is_done_by_another(site: Site) -> None:
    killed = site.worker()
    site.ask("a")
    until(lambda: site.lines() == ["begin a"])
    killed.kill()
    site.worker()
    until(lambda: site.lines() == ["begin a", "begin a"])
    site.go()
    until(lambda: site.lines() == ["begin a", "begin a", "end a"])
    until(lambda: Worker.objects.count() == 1)


def test_the_only_worker_takes_up_at_once_what_a_dead_one_left(site: Site) -> None:
    """Here nobody is presumed dead for a quarter of an hour."""
    killed = site.worker("--sole")
    site.ask("a", lock="one")
    until(lambda: site.lines() == ["begin a"])
    killed.kill()
    site.worker("--sole")
    until(lambda: site.lines() == ["begin a", "begin a"])


def test_jobs_of_one_lock_never_overlap_and_others_do(site: Site) -> None:
    site.ask("a", "b", lock="one")
    site.ask("c", lock="other")
    site.worker()
    until(lambda: len(site.lines()) == 2)
    assert sorted(site.lines()) == ["begin a", "begin c"]
    assert (is_waiting("one"), is_waiting("other")) == (True, False)
    site.go()
    until(lambda: len(site.lines()) == 6)
    in_order = [line for line in site.lines() if not line.endswith("c")]
    assert in_order == ["begin a", "end a", "begin b", "end b"]


def test_a_worker_that_is_told_to_end_lets_its_job_hand_over_and_leaves_no_trace(site: Site) -> None:
    worker = site.worker()
    site.ask("a")
    until(lambda: site.lines() == ["begin a"])
    worker.terminate()
    assert worker.wait(LONGEST) == 0
    assert (site.lines(), Worker.objects.count()) == (["begin a", "end a"], 0)
