"""The fault `restart`: where the request that is struck finds the server. Used in the event loop only."""

from __future__ import annotations

from collections.abc import Callable


class Restart:
    def __init__(self) -> None:
        self.now: Callable[[], None] = lambda: None
        """Ends every connection and starts the server again."""


RESTART = Restart()
