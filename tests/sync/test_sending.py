"""Requests overlap as far as the messenger's latency asks for it, and nothing else changes by that."""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import ceil

import pytest

from peremena.core.errors import Refused, Transient, Unauthorized
from peremena.messengers.base import Lost
from peremena.school.models import Connection, Organization
from peremena.sync import applying, bookkeeping, sending
from peremena.sync.choosing import next_batch
from peremena.sync.models import Run, Step
from peremena.sync.sending import requests_at_once
from tests.sync.town import Town, approved, everything_is_due, lane, lesser, plan_of, synced, told, wanted

FAR_AWAY = 10.0  # seconds: so far that as many requests overlap as ever may
WITHIN = 10.0  # seconds


@pytest.fixture
def town(town: Town) -> Town:
    town.latency = FAR_AWAY
    return town


@pytest.mark.parametrize(
    ("pace", "latency", "count"), [(3, 0.0, 1), (3, 0.05, 1), (3, 0.3, 2), (3, 1.0, 4), (20, 0.04, 2), (20, 9.0, 8)]
)
def test_there_are_as_many_requests_at_once_as_the_pace_needs(pace: float, latency: float, count: int) -> None:
    assert requests_at_once(pace, latency) == count


def test_while_one_answer_is_awaited_the_next_request_is_sent(town: Town, school: Organization) -> None:
    together = threading.Barrier(2, timeout=WITHIN)
    town.can, first = lesser(batch_size=1, set_role=False), iter([True, True])
    town.before = lambda: next(first, False) and together.wait() and None
    assert told(synced(school))[0] == Run.DONE
    assert (together.broken, town.rooms()) == (False, wanted(school))


@pytest.mark.parametrize("batch_size", [5, 7, 12])
def test_what_does_not_fill_a_request_waits_for_answers_that_bring_more(
    town: Town, school: Organization, batch_size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that it takes no more requests than one after the other would."""
    town.can, looks, looked = lesser(batch_size=batch_size, set_role=False), 0, threading.Event()

    def look(*arguments, **named):  # type: ignore[no-untyped-def]
        nonlocal looks
        looks += 1
        if looks > 4:
            looked.set()
        return next_batch(*arguments, **named)

    monkeypatch.setattr(applying, "next_batch", look)
    town.before = lambda: looked.wait(WITHIN) and None
    run = synced(school)
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert len(town.sent) == ceil(run.total / batch_size)


def test_a_create_that_is_on_its_way_is_not_judged_however_long_it_takes(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, answered = 0, threading.Event()
    settle = applying.settle

    def look(*arguments, **named):  # type: ignore[no-untyped-def]
        nonlocal looks
        looks += 1
        if looks > 3:
            answered.set()
        return settle(*arguments, **named)

    monkeypatch.setattr(applying, "settle", look)
    town.before = lambda: answered.wait(WITHIN) and None
    run = synced(school)
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert (town.rooms(), Step.objects.exclude(reason="").count()) == (wanted(school), 0)


TROUBLES: dict[str, Callable[[], Exception]] = {
    "later": lambda: Transient("unavailable", retry_after=0.0),
    "lost": lambda: Lost("cut_off", retry_after=0.0),
    "refused": lambda: Refused("limits"),
    "a fault of ours": lambda: RuntimeError("a mistake"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_trouble_with_one_request_touches_no_other(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch, trouble: str, number: int
) -> None:
    monkeypatch.setattr(bookkeeping, "SOME_WAIT", 0.0)
    town.can, counter, lock = lesser(batch_size=4, set_role=False), iter(range(1000)), threading.Lock()

    def strike() -> None:
        with lock:
            if next(counter) == number:
                raise TROUBLES[trouble]()

    town.before = strike
    run = approved(school)
    for _ in range(5):
        everything_is_due()
        lane()
    state, _, done, failed = told(run)
    assert done + failed == run.total and state in {Run.DONE, Run.PARTIAL}
    assert (failed > 0) == (trouble == "refused")
    assert len(town.rooms()) == len(town.world.rooms)


def test_a_refused_credential_stops_when_everything_on_its_way_has_been_written_down(
    town: Town, school: Organization
) -> None:
    town.can, counter, lock = lesser(batch_size=1, set_role=False), iter(range(1000)), threading.Lock()

    def refuse() -> None:
        with lock:
            if next(counter) == 2:
                raise Unauthorized("token_refused")

    town.before = refuse
    run = approved(school)
    lane()
    assert Connection.objects.get().state == Connection.STOPPED
    assert told(run)[:2] == (Run.WAITING, "token_refused")
    assert not run.steps.filter(state=Step.SENT).exists()
    assert run.steps.filter(state=Step.DONE).count() == sum(len(sent) for sent in town.sent)


def test_what_nobody_counted_on_is_never_more_than_the_most(town: Town, school: Organization) -> None:
    inside, most, lock = 0, 0, threading.Lock()
    town.can = lesser(batch_size=1, set_role=False)

    def come() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)

    def go() -> None:
        nonlocal inside
        with lock:
            inside -= 1

    town.before, town.after = come, go
    synced(school)
    assert 1 <= most <= sending.MOST
    assert plan_of(school).plan.is_empty
