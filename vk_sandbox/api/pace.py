"""How many requests a token may make in a second."""

from __future__ import annotations

from collections import deque

WINDOW = 1.0  # seconds


class Pace:
    """A sliding second per token, over the times at which requests arrived; only accepted requests fill it.

    Requests are judged one after another, in the order of arrival, by the one thread that answers them.
    """

    def __init__(self) -> None:
        self._accepted: dict[int, deque[float]] = {}

    def admit(self, token: int, limit: int, arrived: float) -> int:
        """Accepted requests of this token in the second that ends now, this one included; 0: it is refused."""
        times = self._accepted.setdefault(token, deque())
        while times and arrived - times[0] >= WINDOW:
            times.popleft()
        if len(times) >= limit:
            return 0
        times.append(arrived)
        return len(times)

    def clear(self) -> None:
        self._accepted.clear()
