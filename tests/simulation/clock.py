"""Time that passes when the scheduler says so: hours of waiting cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

BEGINNING = datetime(2026, 10, 5, 8, tzinfo=UTC)  # a working day inside the school year


class Clock:
    """`now` in seconds from the beginning. `skew`: by so much the messenger's clock is ahead of ours."""

    def __init__(self, skew: float = 0.0) -> None:
        self.now = 0.0
        self.skew = skew
        self._landings: list[tuple[float, Callable[[], None]]] = []

    def passes(self, seconds: float) -> None:
        """Whatever was to happen meanwhile has happened."""
        until = self.now + seconds
        while due := [landing for landing in self._landings if landing[0] <= until]:
            landing = min(due, key=lambda each: each[0])
            self._landings.remove(landing)
            self.now = max(self.now, landing[0])
            landing[1]()
        self.now = until

    def at(self, moment: float, happens: Callable[[], None]) -> None:
        self._landings.append((moment, happens))

    def today(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.now)

    def of(self, moment: datetime) -> float:
        return (moment - BEGINNING).total_seconds()

    def messengers(self) -> float:
        """Unix time, as a messenger tells it: by its own clock, in whole seconds."""
        return float(int(BEGINNING.timestamp() + self.now + self.skew))

    # What `time` is to the lane.

    def monotonic(self) -> float:
        return self.now
