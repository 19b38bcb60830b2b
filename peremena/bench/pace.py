"""How much of the allowed pace is used while there is work, at VK's own three requests a second."""

from __future__ import annotations

import time
from collections.abc import Iterator

from peremena.bench.report import Figure, Report
from peremena.bench.roster import even
from peremena.bench.school import settle, start_sync, take_in
from peremena.bench.stack import Stack
from peremena.sync.models import Run

ALLOWED = {"user": 3, "community": 20}  # requests a second: VK's limits
CLASSES, PUPILS, SUBJECTS = 60, 30, 24  # 60 × 25 chats of 30 people: 60 requests with 25 full creates in each
GLANCE = 0.2  # seconds between two looks at the messenger's figures: each costs it a count of all its members
LONGEST = 300.0  # seconds


def measure(stack: Stack, *, kind: str) -> Report:
    allowed = ALLOWED[kind]
    with stack.running(pace=allowed):
        package = stack.folder.path / "school.zip"
        even(CLASSES, PUPILS, subjects=SUBJECTS).write(package)
        take_in(package)
        organization = settle(stack, timeout=10.0, kind=kind).organization
        before = stack.standin.stats()
        run = start_sync(organization)
        seen = list(_requests(stack, run.pk, before["http_requests"]))
        after = stack.standin.stats()
    (first, began), (last, ended) = seen[0], seen[-1]
    used = (last - first) / (ended - began) / allowed
    return Report(
        "pace",
        [
            Figure("requests", "запросов", last),
            Figure("seconds", "секунд работы", ended - began, at_least=19),
            Figure("used", "доля разрешённого темпа", used, at_least=0.95),
            Figure("refused", "отказов из-за темпа", after["refused_for_pace"], at_most=0),
            Figure("peak", "запросов за секунду, самое большее", after["peak_per_second"], at_most=allowed),
        ],
    )


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
