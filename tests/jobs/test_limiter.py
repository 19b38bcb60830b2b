"""One pace for one credential, whoever asks. Places are so far apart here that the time a test takes does not matter."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from peremena.jobs import limiter
from peremena.jobs.limiter import MARGIN, reserve, take_place
from peremena.jobs.models import Pace

HOURLY = 1 / 3600
APART = 3600 / MARGIN  # seconds between two places


def places(waits: list[float]) -> list[int]:
    """Which place in the queue each wait is; the first is 0."""
    return sorted(round(wait / APART) for wait in waits)


def reserved(count: int) -> list[float]:
    try:
        return [reserve("one", HOURLY) for _ in range(count)]
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_no_place_is_given_twice_however_many_threads_and_processes_ask(database_url: str) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from tests.jobs.test_limiter import *; print(*reserved(10))",
        ],
        env=environment(database_url),
        stdout=subprocess.PIPE,
        text=True,
    )
    with ThreadPoolExecutor(4) as threads:
        waits = [wait for found in threads.map(reserved, [10] * 4) for wait in found]
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    everybody = [*waits, *map(float, out.split())]
    assert places(everybody) == list(range(50))


@pytest.mark.django_db(transaction=True)
def test_each_credential_has_a_pace_of_its_own() -> None:
    assert places([reserve(key, HOURLY) for key in ("one", "other", "one", "other")]) == [0, 0, 1, 1]


@pytest.mark.django_db(transaction=True)
def test_places_that_nobody_took_are_not_saved_up() -> None:
    reserve("one", HOURLY)
    Pace.objects.update(tat="2001-01-01T00:00Z")
    assert places([reserve("one", HOURLY) for _ in range(3)]) == [0, 1, 2]


@pytest.mark.django_db(transaction=True)
def test_the_pace_stays_under_the_allowed_rate() -> None:
    waits = [reserve("one", HOURLY) for _ in range(100)]
    assert waits[-1] > 99 * 3600


@pytest.mark.django_db(transaction=True)
def test_a_place_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(limiter.time, "sleep", slept.append)
    for _ in range(2):
        take_place("one", HOURLY)
    assert places(slept) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_place_is_not_taken_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        reserve("one", HOURLY)
    assert Pace.objects.count() == 0


def environment(database_url: str) -> dict[str, str]:
    """Of a child that works on the tests' database."""
    path, query = database_url.split("?", 1)
    url = f"{path.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}?{query}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "peremena.settings"}
