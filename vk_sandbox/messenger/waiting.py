"""Who waits for news. A waiting poll is one coroutine: it costs no thread."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Waiting:
    """Bells by account. Hung up and taken down in the event loop, rung from the database thread."""

    def __init__(self) -> None:
        self._bells: dict[int, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.closed = False

    @contextmanager
    def bell(self, account: int) -> Iterator[asyncio.Event]:
        self._loop = asyncio.get_running_loop()
        bell = asyncio.Event()
        self._bells.setdefault(account, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[account].discard(bell)
            if not self._bells[account]:
                del self._bells[account]

    def anybody(self) -> bool:
        return bool(self._bells)

    def ring(self, accounts: Iterable[int]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ring, list(accounts))

    def close(self) -> None:
        """The server stops: every poll answers at once. Called in the event loop."""
        self.closed = True
        self._ring(list(self._bells))

    def open(self) -> None:
        """Another server begins, with an event loop of its own."""
        self._bells.clear()
        self._loop = None
        self.closed = False

    def _ring(self, accounts: list[int]) -> None:
        for account in accounts:
            for bell in self._bells.get(account, ()):
                bell.set()


WAITING = Waiting()
