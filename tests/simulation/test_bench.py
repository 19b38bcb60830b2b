"""How the bench divides its seeds, and what it hears from those who play them."""

from __future__ import annotations

from peremena.bench.simulation import AT_ONCE, FOLLOWED, LONG, Part, failed, parts
from tests.simulation import schedule
from tests.simulation.campaign import Failure


def test_every_seed_is_played_once_every_fifth_schedule_is_long_and_every_tenth_follows_rosters() -> None:
    divided = parts(100_000, 7)
    seeds = [seed for part in divided for seed in range(part.first, part.first + part.number)]
    assert seeds == [*range(7, 70_007), *range(LONG + 7, LONG + 20_007), *range(FOLLOWED + 7, FOLLOWED + 10_007)]
    assert max(part.number for part in divided) <= AT_ONCE
    assert parts(4, 0) == [Part(0, 4)]


def test_bench_and_simulation_agree_on_what_is_what() -> None:
    assert (LONG, FOLLOWED) == (schedule.LONG, schedule.FOLLOWED)


def test_a_failure_is_heard_with_its_seed() -> None:
    assert failed(f"..F.\n{Failure(17, 'a second room', '  0.0  #1 …')}\n1 failed") == [17]
    assert failed("20 passed") == []
