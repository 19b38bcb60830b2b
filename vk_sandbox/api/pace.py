"""How many requests a token may make in a second."""

from __future__ import annotations

from bisect import bisect_right, insort

WINDOW = 1.0  # seconds
KEPT = 60.0  # seconds: so long ago a request that is judged now may have arrived; a fault holds some of them up


class Pace:
    """A sliding second per token, over the times at which requests arrived; only accepted requests fill it.

    Requests are judged one after another by the one thread that answers them, and some were held up on their way to it.
    So a request must fit into every second it lies in, with what came after it too: whoever keeps the pace is never
    refused, in whatever order he is judged, and no second ever holds more than it may.
    """

    def __init__(self) -> None:
        self._accepted: dict[int, list[float]] = {}

    def admit(self, token: int, limit: int, arrived: float) -> int:
        """Accepted requests in the fullest second this one lies in, it included; 0: it is refused."""
        times = self._accepted.setdefault(token, [])
        if times and times[0] < arrived - 2 * KEPT:
            del times[: bisect_right(times, arrived - KEPT)]
        near = [time for time in times[bisect_right(times, arrived - 2 * WINDOW) :] if abs(arrived - time) < WINDOW]
        insort(near, arrived)
        count = max(sum(0 <= last - time < WINDOW for time in near) for last in near if last >= arrived)
        if count > limit:
            return 0
        insort(times, arrived)
        return count

    def clear(self) -> None:
        self._accepted.clear()
