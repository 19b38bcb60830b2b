"""How much of the allowed pace is used while there is work, at the rates that VK itself allows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from peremena.bench.guests import all_is_quiet
from peremena.bench.report import Figure, Report
from peremena.bench.roster import School, even
from peremena.bench.school import follow, settle, start_sync, sync, take_in
from peremena.bench.stack import Stack, until
from peremena.school.models import Organization
from peremena.sync.models import Run

ALLOWED = {"user": 3, "community": 20}  # requests a second: VK's limits
CLASSES, PUPILS, SUBJECTS = 60, 30, 24  # 60 × 25 chats of 30 people: 60 requests with 25 full creates in each
MANY_CLASSES = 200  # × 25 chats: 200 requests with 25 new titles in each
LEAST = {"user": 19, "community": 9}  # seconds: less would measure the beginning and the end
QUIET_WITHIN = 60.0  # seconds
GLANCE = 0.2  # seconds between two looks at the messenger's figures: each costs it a count of all its members
LONGEST = 300.0  # seconds


def measure(stack: Stack, *, kind: str) -> Report:
    allowed = ALLOWED[kind]
    with stack.running(pace=allowed):
        run = WORK[kind](stack)
        before = stack.standin.stats()
        seen = list(_requests(stack, run.pk, before["http_requests"]))
        after = stack.standin.stats()
    (first, began), (last, ended) = seen[0], seen[-1]
    used = (last - first) / (ended - began) / allowed
    return Report(
        "pace",
        [
            Figure("requests", "запросов", last),
            Figure("seconds", "секунд работы", ended - began, at_least=LEAST[kind]),
            Figure("used", "доля разрешённого темпа", used, at_least=0.95),
            Figure("refused", "отказов из-за темпа", after["refused_for_pace"], at_most=0),
            Figure("peak", "запросов за секунду, самое большее", after["peak_per_second"], at_most=allowed),
        ],
    )


def _created(stack: Stack) -> Run:
    """Chats of 30 people each are made: 25 of them in a request."""
    return start_sync(_taken_in(stack, even(CLASSES, PUPILS, subjects=SUBJECTS), "user"))


def _renamed(stack: Stack) -> Run:
    """A school has another name, and so has each of its chats. Making them costs us more than it costs the messenger: the
    thirty invitations of a chat are one call."""
    school = even(MANY_CLASSES, 1, subjects=SUBJECTS)
    organization = _taken_in(stack, school, "community")
    sync(stack, organization)
    until(all_is_quiet, QUIET_WITHIN)
    return follow(stack, replace(school, name="Школа под другим именем"))


def _taken_in(stack: Stack, school: School, kind: str) -> Organization:
    take_in(stack, school)
    return settle(stack, timeout=10.0, kind=kind).organization


WORK = {"user": _created, "community": _renamed}


def _requests(stack: Stack, run: int, before: int) -> Iterator[tuple[int, float]]:
    """(requests so far, when) each time the messenger has seen more of them, until the run is closed."""
    deadline = time.monotonic() + LONGEST
    count = 0
    while time.monotonic() < deadline:
        is_open = Run.objects.filter(pk=run, state__in=Run.OPEN).exists()
        now = stack.standin.stats()["http_requests"] - before
        if now > count:
            count = now
            yield count, time.monotonic()
        if not is_open:
            return
        time.sleep(GLANCE)
    raise TimeoutError(f"прогон не кончился за {LONGEST:g} с")
