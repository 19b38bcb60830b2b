from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.simulation.campaign import Campaign, campaign

SCHEDULES, BLOCK = 1600, 100
FOLLOWED = range(2_000_000, 2_000_400)
# Seeds beyond those, each of which has found something once. They are other stories whenever a statement comes or goes: what they
# found is kept by a test of its own as well.
KEPT = (5_880, 22_143, 1_001_279, 1_001_534, 1_040_838)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where `tests/simulation` is named; elsewhere the defaults hold."""
    parser.addoption("--simulation-seed", type=int, help="play this one schedule and tell its story")
    parser.addoption("--simulation-from", type=int, default=0, help="the first seed; from 1000000 on they are long")
    parser.addoption("--simulation-count", type=int, default=SCHEDULES, help="how many seeds")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seeds" in metafunc.fixturenames:
        option = metafunc.config.getoption
        only, first = option("simulation_seed", None), option("simulation_from", 0)
        if only is not None:
            blocks: list[Sequence[int]] = [range(only, only + 1)]
        else:
            end = first + option("simulation_count", SCHEDULES)
            blocks = [range(begin, min(begin + BLOCK, end)) for begin in range(first, end, BLOCK)]
            if (first, end) == (0, SCHEDULES):
                blocks += [FOLLOWED[begin : begin + BLOCK] for begin in range(0, len(FOLLOWED), BLOCK)]
                blocks.append(KEPT)
        metafunc.parametrize("seeds", blocks, ids=[f"{block[0]}-{block[-1]}" for block in blocks])


@pytest.fixture
def simulation(db: None) -> Iterator[Campaign]:
    with campaign() as found:
        yield found
