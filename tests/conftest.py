"""The order of the tests: fast ones first, so that what is broken is told early."""

from __future__ import annotations

from pathlib import Path

import pytest

# Suites of processes come after all others; the longest of them is begun first, so that no worker is left with it alone.
# Those with a browser come last: Playwright's event loop stays in the main thread, and the ORM would refuse to work there.
LAST = ("story", "cli", "server", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _place(item.path.relative_to(Path(__file__).parent).parts[0]))


def _place(suite: str) -> int:
    return LAST.index(suite) + 1 if suite in LAST else 0
