"""The shared pace of one credential: a sliding window in one UPSERT, by the database's clock, over any number of processes.

The window holds the moments at which calls were let go, not those for which they were planned; where a connection had to be
made first, or a processor was waited for, the moment at which the call was sent. A late one moves the following ones, so that
the other side never sees more of them at once than it allows."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from django.db import DatabaseError, connection

from peremena.jobs.models import Pace

# The window is longer than the allowed one by so much: clocks and networks jitter, and a refusal costs more than it saves.
MARGIN = 1.03
MOST_REMEMBERED = 100  # calls in a window
# Calls are not let go in a bunch though the window would allow it: whoever comes next should not have to wait for all of it.
APART = 0.9  # of their share of the window
LATE = 0.015  # seconds from letting go to sending that make no difference: the margin has room for them

TRY = """
insert into {table} as pace (key, let_go, wait) values (%(key)s, array[extract(epoch from clock_timestamp())::float8], 0)
on conflict (key) do update set (let_go, wait) = (
    select
        case when free_at > now then pace.let_go
        else (pace.let_go || now)[greatest(1, cardinality(pace.let_go) + 2 - %(most)s):] end,
        greatest(0, free_at - now)
    from (
        select extract(epoch from clock_timestamp())::float8 as now,
            greatest(
                -- of as many calls as may be in a window, the first one; and the last one
                coalesce(pace.let_go[cardinality(pace.let_go) - %(count)s + 1], 0) + %(window)s,
                coalesce(pace.let_go[cardinality(pace.let_go)], 0) + %(apart)s
            ) as free_at
    ) as moment
)
returning wait, let_go[cardinality(let_go)]
"""
SENT_NOW = """
update {table} set let_go = array(
    select case when moment = %(let_go)s then extract(epoch from clock_timestamp())::float8 else moment end
    from unnest(let_go) as moment order by 1
) where key = %(key)s
"""
# Of the threads of one process one asks, and the others wait for their turn.
_turns: dict[str, Lock] = defaultdict(Lock)


class Turn(NamedTuple):
    """`wait`: 0 when the call may be sent now, and is counted; else the seconds after which it is worth another try. When the
    last call was `let_go`, by the database's clock."""

    wait: float
    let_go: float


class Place(NamedTuple):
    """A call of `key` that may be sent now, `let_go` by the database's clock and not before `since` by ours."""

    key: str
    let_go: float
    since: float

    def sent(self) -> None:
        """The call is out. Where that was late, it counts from now on. Nothing is raised: it cannot be taken back."""
        if time.monotonic() - self.since > LATE:
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute(SENT_NOW.format(table=Pace._meta.db_table), {"key": self.key, "let_go": self.let_go})


def try_place(key: str, per_second: float) -> Turn:
    """Let the next call of `key` go, if its turn has come. RuntimeError inside a transaction, whose row lock would make
    everybody else wait."""
    if connection.in_atomic_block:
        raise RuntimeError("try_place() inside a transaction")
    count = min(max(int(per_second), 1), MOST_REMEMBERED)
    window = count / per_second * MARGIN
    with connection.cursor() as cursor:
        values: dict[str, str | int | float] = {
            "key": key,
            "count": count,
            "window": window,
            "apart": APART / per_second,
            "most": MOST_REMEMBERED,
        }
        cursor.execute(TRY.format(table=Pace._meta.db_table), values)
        return Turn(*cursor.fetchone())


def take_place(key: str, per_second: float) -> Place:
    """Return when the next call of `key` may be sent: at once, that is."""
    with _turns[key]:
        while True:
            asked = time.monotonic()
            turn = try_place(key, per_second)
            if not turn.wait:
                return Place(key, turn.let_go, asked)
            time.sleep(turn.wait)
