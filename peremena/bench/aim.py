"""What is killed, and when: decided by one number, so that any point of a campaign can be repeated alone."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

# The tree is its supervisor: the kernel then ends everything that it has started.
TARGETS = ("worker", "database", "tree", "messenger")
# Seconds after the start of the sync; that many rooms exist in the messenger, which our books cannot know yet; that many steps
# are written down as done.
MOMENTS = ("seconds", "rooms", "steps")
LATEST = 0.95  # of the whole: later there is nothing left to interrupt


class Whole(NamedTuple):
    """A sync that nothing interrupts."""

    seconds: float
    rooms: int
    steps: int


class Aim(NamedTuple):
    """Kill `target` when `amount` of `moment` has come."""

    seed: int
    target: str
    moment: str
    amount: float


def aimed(seed: int, whole: Whole) -> Aim:
    """Twelve seeds in a row are every target at every kind of moment; how far into the sync is drawn by the seed."""
    target, moment = TARGETS[seed % len(TARGETS)], MOMENTS[seed // len(TARGETS) % len(MOMENTS)]
    share = Random(seed).uniform(0, LATEST)  # noqa: S311 - it guards nothing
    amount = share * getattr(whole, moment)
    return Aim(seed, target, moment, amount if moment == "seconds" else 1 + int(amount))
