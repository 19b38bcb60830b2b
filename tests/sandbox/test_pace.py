"""How many requests a token may make in a second."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sandbox.process import Sandbox, running
from vk_sandbox.api.pace import Pace

LIMIT = 3
gaps = st.lists(st.floats(0, 1.5, allow_nan=False), max_size=60)


def crowded(accepted: list[float], limit: int) -> bool:
    """Whether more than `limit` of these times lie within less than a second."""
    return any(late - early < 1 for early, late in zip(accepted, accepted[limit:], strict=False))


def test_the_checker_of_crowds_sees_a_crowd() -> None:
    assert crowded([0.0, 0.1, 0.2, 0.99], 3)
    assert not crowded([0.0, 0.1, 0.2, 1.0, 1.1, 1.2], 3)


@given(gaps)
def test_no_sliding_second_holds_more_and_none_is_refused_without_need(gaps: list[float]) -> None:
    pace, now, accepted = Pace(), 0.0, list[float]()
    for gap in gaps:
        now += gap
        recent = [time for time in accepted if now - time < 1]
        admitted = pace.admit(1, LIMIT, now)
        assert admitted == (len(recent) + 1 if len(recent) < LIMIT else 0)
        if admitted:
            accepted.append(now)
    assert not crowded(accepted, LIMIT)


@given(gaps, st.randoms(use_true_random=False))
def test_in_whatever_order_they_are_judged_no_second_holds_more_and_who_keeps_the_pace_is_not_refused(
    gaps: list[float], order: random.Random
) -> None:
    arrivals = [float(time) for time in accumulate(gaps)]
    judged = order.sample(arrivals, len(arrivals))
    pace = Pace()
    accepted = sorted(arrived for arrived in judged if pace.admit(1, LIMIT, arrived))
    assert not crowded(accepted, LIMIT)
    again = Pace()
    assert all(again.admit(1, LIMIT, arrived) for arrived in order.sample(accepted, len(accepted)))


def test_requests_judged_from_the_last_to_the_first_are_no_way_around_the_pace() -> None:
    pace = Pace()
    assert [pace.admit(1, LIMIT, arrived) for arrived in (10.03, 10.02, 10.01, 10.0)] == [1, 2, 3, 0]


def test_a_request_that_was_held_up_is_judged_by_when_it_arrived_and_hinders_nobody() -> None:
    pace = Pace()
    assert [pace.admit(1, LIMIT, arrived) for arrived in (10.0, 10.4, 10.8)] == [1, 2, 3]
    assert pace.admit(1, LIMIT, 9.0) == 1
    assert [pace.admit(1, LIMIT, arrived) for arrived in (10.9, 11.0, 11.4)] == [0, 3, 3]
    assert [pace.admit(1, LIMIT, 10.9), pace.admit(1, LIMIT, 500.0), pace.admit(1, LIMIT, 11.0)] == [0, 1, 1]


def test_tokens_do_not_hinder_each_other() -> None:
    pace = Pace()
    assert [pace.admit(token, 1, 0.0) for token in (1, 2, 1)] == [1, 1, 0]


@pytest.fixture(scope="module")
def paced() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, token: str, until: float) -> list[tuple[bool, float, float]]:
    """(accepted, sent, received) of each request."""
    asked = []
    while (sent := time.monotonic()) < until:
        form = {"access_token": token, "v": "5.199"}
        body = sandbox.http.post("/method/utils.getServerTime", data=form).json()
        assert "response" in body or body["error"]["error_code"] == 6
        asked.append(("response" in body, sent, time.monotonic()))
    return asked


def test_eight_threads_get_three_a_second_and_not_one_more(paced: Sandbox) -> None:
    paced.control("reset")
    [person] = paced.people(1)
    until = time.monotonic() + 2.2
    with ThreadPoolExecutor(8) as threads:
        asked = [one for many in threads.map(lambda _: ask(paced, person.token, until), range(8)) for one in many]
    accepted = sorted((sent, received) for good, sent, received in asked if good)
    # Four arrived within a second for certain if the first was sent and the last was answered within it.
    for number in range(len(accepted) - LIMIT):
        together = accepted[number : number + LIMIT + 1]
        assert max(received for _, received in together) - min(sent for sent, _ in together) >= 1
    assert 2 * LIMIT < len(accepted) <= 3 * LIMIT
    shown = paced.stats()
    assert (shown["http_requests"], shown["refused_for_pace"]) == (len(asked), len(asked) - len(accepted))
    assert (shown["peak_per_second"], shown["requests"]) == (LIMIT, {"utils.getServerTime": len(accepted)})


def test_a_community_gets_twenty_a_second(paced: Sandbox) -> None:
    token = paced.seed(community={})["community"]["token"]
    accepted = [good for good, *_ in ask(paced, token, time.monotonic() + 0.7)]
    assert accepted == [number < 20 for number in range(len(accepted))]


def test_the_refusal_is_vks_own(paced: Sandbox) -> None:
    [person] = paced.people(1)
    for _ in range(LIMIT):
        paced.response("utils.getServerTime", person.token)
    assert paced.error("utils.getServerTime", person.token) == (6, "Too many requests per second")


def test_execute_counts_as_one_request(paced: Sandbox) -> None:
    [person] = paced.people(1)
    code = "return [" + ",".join(["API.utils.getServerTime()"] * 25) + "];"
    assert [len(paced.response("execute", person.token, code=code)) for _ in range(LIMIT)] == [25] * LIMIT


def test_the_pace_can_be_set() -> None:
    with running("--pace", "1") as sandbox:
        [person] = sandbox.people(1)
        assert "response" in sandbox.call("utils.getServerTime", person.token)
        assert sandbox.error("utils.getServerTime", person.token)[0] == 6
