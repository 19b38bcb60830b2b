"""The order of the tests, and which of them stay together when several processes share them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler.loadscope import LoadScopeScheduling

# How long an example takes says nothing where several processes share the processors.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# Fast suites come first, so that what is broken is told early. Then those of processes, the longest first, so that no worker is
# left with it alone. Then files in which something commits: Django empties its tables after it, and with them what migrations
# had put there. Those with a browser come last: Playwright's event loop stays in the main thread, and the ORM would refuse to
# work there.
PROCESSES = ("story", "cli", "server")
TOGETHER = "tests/sandbox/"  # what its clients were answered is compared as a whole with what is on record
COMMITTING, BROWSER = len(PROCESSES) + 1, len(PROCESSES) + 2


class ByFile(LoadScopeScheduling):
    """A file is the work of one process."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After pytest-django has sorted them, which does so first of all."""
    committing = {_file(item) for item in items if _commits(item)}
    items.sort(key=lambda item: (_place(item, committing), _file(item)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _place(item: pytest.Item, committing: set[str]) -> int:
    suite = _file(item).split("/")[1]
    if suite == "browser":
        return BROWSER
    if suite in PROCESSES:
        return PROCESSES.index(suite) + 1
    return COMMITTING if _file(item) in committing else 0


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def _no_job_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """The queue's table is not Django's, which empties its own after a test that commits."""
    if not _commits(request.node) or "page" in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
