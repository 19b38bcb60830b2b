"""The order of the tests, and which of them stay together when several processes share them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.nodeid import coerce_node_id
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests.emptying import empty

# How long an example takes says nothing where several processes share the processors.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# Fast suites come first, so that what is broken is told early. Then those of processes, the longest first, so that no worker is
# left with it alone. Then whatever commits: it leaves rows behind that others would count. Those with a browser come last:
# Playwright's event loop stays in the main thread, and the ORM would refuse to work there.
PROCESSES = ("story", "cli", "server")
TOGETHER = "sandbox"  # what its clients were answered is compared as a whole with what is on record
SPREAD = (
    "simulation/test_schedules.py",
    "browser/test_every_page.py",
)  # long, and each test for itself: any process takes any
COMMITTING, BROWSER = len(PROCESSES) + 1, len(PROCESSES) + 2


@pytest.fixture(scope="session", autouse=True)
def _emptied_quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty())
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """After pytest-django has sorted them, which does so first of all."""
    places = {item: _place(item) for item in items}
    items.sort(key=places.__getitem__)
    if config.getoption("loadgroup", default=False):
        for item in items:
            _put_in_group(item, commits=places[item] == COMMITTING)


def pytest_collection_finish() -> None:
    """What has been imported stays: the collector need not look at it again and again, which takes a tenth of the simulation."""
    gc.collect()
    gc.freeze()


def _put_in_group(item: pytest.Item, *, commits: bool) -> None:
    """A file, or what of it commits, is the work of one process (--dist loadgroup). xdist 3.8 would write the group of a mark
    where pytest 9.2 does not look any more, and nothing would stay together."""
    name = item.path.relative_to(Path(__file__).parent)
    if str(name) in SPREAD:
        return
    group = TOGETHER if name.parts[0] == TOGETHER else f"{name} commits" if commits else str(name)
    item._id = coerce_node_id(f"{item.nodeid}@{group}")


def _place(item: pytest.Item) -> int:
    suite = item.path.relative_to(Path(__file__).parent).parts[0]
    if suite == "browser":
        return BROWSER
    if suite in PROCESSES:
        return PROCESSES.index(suite) + 1
    return COMMITTING if _commits(item) else 0


def _commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ())
