"""How many requests a token may make in a second."""

from __future__ import annotations

from bisect import bisect_right, insort

WINDOW = 1.0  # seconds
KEPT = 60.0  # seconds: so long ago a request that is judged now may have arrived; a fault holds some of them up


class Pace:
    """A sliding second per token, over the times at which requests arrived; only accepted requests fill it.

    Requests are judged one after another by the one thread that answers them: in the order of arrival, but for those that
    were held up, which meet only what had arrived before them.
    """

    def __init__(self) -> None:
        self._accepted: dict[int, list[float]] = {}

    def admit(self, token: int, limit: int, arrived: float) -> int:
        """Accepted requests of this token in the second that ends with this one, it included; 0: it is refused."""
        times = self._accepted.setdefault(token, [])
        if times and times[0] < arrived - 2 * KEPT:
            del times[: bisect_right(times, arrived - KEPT)]
        near = times[bisect_right(times, arrived - 2 * WINDOW) : bisect_right(times, arrived)]
        count = sum(arrived - time < WINDOW for time in near)
        if count >= limit:
            return 0
        insort(times, arrived)
        return count + 1

    def clear(self) -> None:
        self._accepted.clear()
