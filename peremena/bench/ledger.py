"""Our own books, read straight from the database: it may be killed and come back between two looks."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import psycopg

from peremena.school.models import Chat
from peremena.sync.models import Run, Step

STATES = f"select state, count(*) from {Step._meta.db_table} where run_id = %s group by state"  # noqa: S608
STATE = f"select state from {Run._meta.db_table} where id = %s"  # noqa: S608
FORGET = f"truncate {Run._meta.db_table}, {Chat._meta.db_table} cascade"


class Progress(NamedTuple):
    """State of a run; its steps that are done, and those that still wait to be sent."""

    state: str
    done: int
    waiting: int


class Ledger:
    """Connects anew whenever the connection was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def asked(self, run: int) -> Progress | None:
        """How far the run is; None while the database does not answer."""
        try:
            return self.progress(run)
        except psycopg.OperationalError:
            self._connection = None
            return None

    def progress(self, run: int) -> Progress:
        connection = self._connected()
        state = connection.execute(STATE, [run]).fetchall()[0][0]
        steps = Counter({str(name): count for name, count in connection.execute(STATES, [run]).fetchall()})
        return Progress(str(state), steps[Step.DONE], steps[Step.WAITING])

    def forget(self) -> None:
        """Chats and runs, and all that hangs on them."""
        self._connected().execute(FORGET)

    def _connected(self) -> psycopg.Connection[tuple[object, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True)
        return self._connection
