"""One pace for one credential, whoever asks. Windows are so long here, or so old, that the time a test takes does not
matter."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from peremena.jobs import limiter
from peremena.jobs.limiter import APART, LATE, MARGIN, MOST_REMEMBERED, take_place, try_place
from peremena.jobs.models import Pace

HOURLY = 1 / 3600
MANY = 7.0  # calls a second


def tried(count: int) -> list[float]:
    try:
        return [try_place("one", HOURLY).wait for _ in range(count)]
    finally:
        connections.close_all()


def ages(*seconds: float) -> None:
    """The calls let go so far were so long ago."""
    now = time.time()
    Pace.objects.update(let_go=[now - each for each in sorted(seconds, reverse=True)])


@pytest.mark.django_db(transaction=True)
def test_no_place_is_given_twice_however_many_threads_and_processes_ask(database_url: str) -> None:
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from tests.jobs.test_limiter import *; print(*tried(10))",
        ],
        env=environment(database_url),
        stdout=subprocess.PIPE,
        text=True,
    )
    with ThreadPoolExecutor(4) as threads:
        waits = [wait for found in threads.map(tried, [10] * 4) for wait in found]
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    everybody = [*waits, *map(float, out.split())]
    assert (len(everybody), everybody.count(0.0)) == (50, 1)
    assert all(3600 < wait <= 3600 * MARGIN for wait in everybody if wait)


@pytest.mark.django_db(transaction=True)
def test_each_credential_has_a_pace_of_its_own() -> None:
    assert [try_place(key, HOURLY).wait > 0 for key in ("one", "other", "one", "other")] == [False, False, True, True]


@pytest.mark.django_db(transaction=True)
def test_a_window_takes_as_many_as_are_allowed_and_no_more() -> None:
    try_place("one", MANY)
    ages(0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
    assert try_place("one", MANY).wait == 0
    wait = try_place("one", MANY).wait
    assert 0 < wait <= MARGIN - 0.9  # the first of the seven goes out of the window then


@pytest.mark.django_db(transaction=True)
def test_calls_are_not_let_go_in_a_bunch() -> None:
    try_place("one", MANY)
    ages(-100.0)  # so that the time this takes does not matter
    assert 99 < try_place("one", MANY).wait <= 100 + APART / MANY
    ages(-100.0, 0.5)
    assert try_place("one", MANY).wait > 99


@pytest.mark.django_db(transaction=True)
def test_the_window_is_a_little_longer_than_the_allowed_one() -> None:
    try_place("one", MANY)
    ages(*[1.001] * 7)
    assert try_place("one", MANY).wait > 0
    ages(*[MARGIN + 0.01] * 7)
    assert try_place("one", MANY).wait == 0


@pytest.mark.django_db(transaction=True)
def test_places_that_nobody_took_are_not_saved_up() -> None:
    try_place("one", MANY)
    ages(*[9000.0] * 7)
    assert [try_place("one", MANY).wait == 0 for _ in range(3)] == [True, False, False]


@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_refused_a_place_does_not_count() -> None:
    waits = [try_place("one", HOURLY).wait for _ in range(5)]
    assert (waits[0], len(Pace.objects.get().let_go)) == (0.0, 1)
    assert sorted(waits[1:], reverse=True) == waits[1:]


@pytest.mark.django_db(transaction=True)
def test_no_more_is_remembered_than_a_window_needs() -> None:
    try_place("one", 1000.0)
    Pace.objects.update(let_go=[1.0] * MOST_REMEMBERED)
    try_place("one", 1000.0)
    remembered = Pace.objects.get().let_go
    assert (len(remembered), remembered[-1] > 1.0) == (MOST_REMEMBERED, True)


@pytest.mark.django_db(transaction=True)
def test_a_place_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        ages(2 * 3600 * MARGIN)

    monkeypatch.setattr(limiter.time, "sleep", sleep)
    for _ in range(2):
        take_place("one", HOURLY)
    assert len(slept) == 1 and 3600 < slept[0] <= 3600 * MARGIN


@pytest.mark.django_db(transaction=True)
def test_a_call_that_goes_out_late_counts_from_when_it_went_out() -> None:
    place = take_place("one", MANY)
    let_go = [place.let_go - 0.5, place.let_go, place.let_go + 0.1]
    Pace.objects.update(let_go=let_go)
    place._replace(since=time.monotonic() - 2 * LATE).sent()
    now = Pace.objects.get().let_go
    (sent,) = set(now) - set(let_go)
    assert sent > place.let_go and now == sorted([let_go[0], let_go[2], sent])


@pytest.mark.django_db(transaction=True)
def test_a_call_that_goes_out_at_once_counts_from_when_it_was_let_go() -> None:
    place = take_place("one", MANY)
    place._replace(since=time.monotonic() + 3600).sent()
    assert Pace.objects.get().let_go == [place.let_go]


@pytest.mark.django_db(transaction=True)
def test_what_is_out_is_out_whatever_the_database_says(monkeypatch: pytest.MonkeyPatch) -> None:
    place = take_place("one", MANY)
    monkeypatch.setattr(limiter, "SENT_NOW", "no statement of {table}")
    place._replace(since=time.monotonic() - 2 * LATE).sent()
    assert Pace.objects.get().let_go == [place.let_go]


@pytest.mark.django_db(transaction=True)
def test_a_place_is_not_taken_inside_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        try_place("one", HOURLY)
    assert Pace.objects.count() == 0


def environment(database_url: str) -> dict[str, str]:
    """Of a child that works on the tests' database."""
    path, query = database_url.split("?", 1)
    url = f"{path.rsplit('/', 1)[0]}/{connection.settings_dict['NAME']}?{query}"
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "peremena.settings"}
