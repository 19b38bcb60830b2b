"""The shared pace of one credential: GCRA in one UPSERT, by the database's clock, over any number of processes."""

from __future__ import annotations

import time

from django.db import connection

from peremena.jobs.models import Pace

# Under the allowed rate by so much: clocks and networks jitter, and a refusal costs more than it saves.
MARGIN = 0.98

RESERVE = """
insert into {table} as pace (key, tat) values (%(key)s, clock_timestamp() + %(step)s * interval '1 s')
on conflict (key) do update set tat = greatest(pace.tat, clock_timestamp()) + %(step)s * interval '1 s'
returning extract(epoch from tat - clock_timestamp())::float8 - %(step)s
"""


def reserve(key: str, per_second: float) -> float:
    """Take the next place of `key`; seconds until it comes. RuntimeError inside a transaction, whose row lock would make
    everybody else wait."""
    if connection.in_atomic_block:
        raise RuntimeError("reserve() inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(RESERVE.format(table=Pace._meta.db_table), {"key": key, "step": 1 / (per_second * MARGIN)})
        return max(0.0, float(cursor.fetchone()[0]))


def take_place(key: str, per_second: float) -> None:
    """Return when the next call of `key` may be sent."""
    time.sleep(reserve(key, per_second))
