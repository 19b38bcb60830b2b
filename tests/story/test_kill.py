"""Ten kills of a real installation: whatever dies in the middle of a sync, in the end each chat is there once and whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from peremena.bench.aim import MOMENTS, TARGETS, Whole, aimed
from tests.server.processes import ROOT

SEED, POINTS = 1, 10


@pytest.fixture(scope="module")
def told() -> dict[str, object]:
    """What `peremena bench kill` found out; its own stack, so nothing here needs the tests' database."""
    command = [
        sys.executable,
        "-m",
        "peremena",
        "bench",
        "kill",
        "--points",
        str(POINTS),
        "--seed",
        str(SEED),
        "--json",
    ]
    own = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    done = subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return {**json.loads(done.stdout), "lines": done.stderr}


def test_after_each_of_ten_kills_everything_ends_as_if_nothing_had_happened(told: dict[str, object]) -> None:
    points = told["points"]
    ends = {point["seed"]: point["complaints"] for point in points}
    assert ends == {seed: {} for seed in range(SEED, SEED + POINTS)}, told["lines"]


def test_the_judge_of_those_kills_sees_a_chat_that_was_made_twice(told: dict[str, object]) -> None:
    assert told["figures"]["twin_found"] == 1, told["lines"]


def test_twelve_points_in_a_row_are_every_target_at_every_kind_of_moment() -> None:
    aims = [aimed(seed, Whole(3.0, 200, 800)) for seed in range(SEED, SEED + 12)]
    assert {(aim.target, aim.moment) for aim in aims} == {(target, moment) for target in TARGETS for moment in MOMENTS}


def test_a_point_is_the_same_whenever_it_is_aimed() -> None:
    whole = Whole(3.0, 200, 800)
    assert [aimed(seed, whole) for seed in range(50)] == [aimed(seed, whole) for seed in range(50)]


def test_nothing_is_killed_before_the_sync_or_after_it() -> None:
    whole = Whole(3.0, 200, 800)
    aims = [aimed(seed, whole) for seed in range(1000)]
    outside = [aim for aim in aims if not 0 <= aim.amount < getattr(whole, aim.moment)]
    assert outside == []
