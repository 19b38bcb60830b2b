"""Ten syncs of a real installation while the messenger refuses, loses answers and is slow, and while something is killed: each
ends as if nothing had happened. And two faults of ours, planted, are seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from peremena.bench.aim import MOMENTS, TARGETS, Whole, aimed
from peremena.bench.campaign import changes
from tests.server.processes import ROOT

# Each with an installation of its own, at once: they mostly wait. (first seed, points)
PARTS = ((1, 5), (6, 5))
# One request a second more than we send: beside all other tests a request may arrive late, and the next ones seem too early.
# Whatever went past the shared limiter would be refused all the same; how exact it is, `bench pace` tells.
PACE = 4

# A lost answer taken for a request that never left: whatever was asked is asked once more.
CARELESS = """
import httpx2
import peremena.wire.doorway
peremena.wire.doorway.UNSENT = (httpx2.RequestError,)
"""


def begun(seed: int, points: int, **environment: str) -> subprocess.Popen[str]:
    """`peremena bench campaign`; its own stack, so nothing here needs the tests' database."""
    command = [sys.executable, "-m", "peremena", "bench", "campaign", "--pace", str(PACE)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
    return subprocess.Popen(
        [*command, "--points", str(points), "--seed", str(seed), "--json"],
        cwd=ROOT,
        env=own | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> dict[str, object]:
    out, lines = process.communicate()
    assert out, lines
    return {**json.loads(out), "lines": lines}


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Python finds the planted fault, before anything else of ours runs."""
    place: Path = tmp_path_factory.mktemp("careless")
    (place / "sitecustomize.py").write_text(CARELESS)
    return place


@pytest.fixture(scope="module")
def processes(careless: Path) -> Iterator[list[subprocess.Popen[str]]]:
    started = [begun(*part) for part in PARTS]
    started.append(begun(2, 1, PYTHONPATH=str(careless)))
    yield started
    for process in started:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def told(processes: list[subprocess.Popen[str]]) -> list[dict[str, object]]:
    return [ended(process) for process in processes]


def test_each_of_ten_syncs_ends_as_if_nothing_had_happened(told: list[dict[str, object]]) -> None:
    parts = told[:-1]
    ends = {point["seed"]: point["complaints"] for part in parts for point in part["points"]}
    assert ends == {seed: {} for seed in range(1, 11)}, [part["lines"] for part in parts]


def test_the_messenger_refused_nothing_for_a_pace_of_ours(told: list[dict[str, object]]) -> None:
    assert [part["figures"]["refused"] for part in told[:-1]] == [0] * len(PARTS)


def test_faults_of_every_kind_have_struck(told: list[dict[str, object]]) -> None:
    struck = {kind for part in told[:-1] for point in part["points"] for kind in point["struck"]}
    assert struck == {"error 6", "error 9", "error 10", "drop_before", "drop_after", "truncated", "not_json", "latency"}


def test_a_chat_that_was_made_twice_by_hand_is_complained_of(told: list[dict[str, object]]) -> None:
    assert [part["figures"]["twin_found"] for part in told] == [1] * len(told)


def test_asking_again_after_a_lost_answer_is_found_out(told: list[dict[str, object]]) -> None:
    (point,) = told[-1]["points"]
    assert {"rooms", "duplicate_titles"} <= point["complaints"].keys(), told[-1]["lines"]


def test_half_of_the_points_change_what_is_there_with_every_target_at_every_kind_of_moment() -> None:
    whole = Whole(3.0, 200, 800)
    aims = [aimed(seed, whole) for seed in range(24)]
    kinds = {(aim.target, aim.moment, changes(aim.seed)) for aim in aims}
    assert kinds == {(target, moment, how) for target in TARGETS for moment in MOMENTS for how in (False, True)}
