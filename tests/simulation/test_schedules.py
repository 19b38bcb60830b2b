"""Whatever happens in whatever order: nobody gets a second chat, nobody is where he should not be, and in the end all is done."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest

from tests.simulation.campaign import Campaign


def test_in_the_end_all_is_as_it_should_be(
    simulation: Campaign, seeds: Sequence[int], pytestconfig: pytest.Config
) -> None:
    failure = simulation.first_failure(seeds)
    if failure:
        pytest.fail(str(simulation.shrunk(failure)), pytrace=False)
    if len(seeds) == 1:
        sys.stdout.write(simulation.story() + "\n")


def test_a_seed_is_the_same_story_whenever_it_is_played(simulation: Campaign) -> None:
    def told() -> list[str]:
        found = []
        for seed in (3, 4, 1_000_003):
            assert simulation.play(seed) is None
            found.append(simulation.story())
        return found

    assert told() == told()
