"""The one thread that touches the database.

SQLite has one writer; with one thread nothing ever waits for a lock, requests are answered in the order in which they
arrived, and what is kept in memory beside the rows (pace, figures) needs no locks either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")


async def in_database(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `act` in the database thread, in one transaction."""
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(_whole, act, *args, **kwargs))


def _whole(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    with transaction.atomic():
        return act(*args, **kwargs)


def sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement. For what is asked thousands of times: the ORM's compiling costs ten times more."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []
