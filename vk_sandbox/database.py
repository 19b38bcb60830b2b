"""The one thread that touches the database.

SQLite has one writer; with one thread nothing ever waits for a lock, requests are answered in the order in which they
arrived, and what is kept in memory beside the rows (pace, figures) needs no locks either.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import Model

P = ParamSpec("P")
T = TypeVar("T")
Row = TypeVar("Row", bound=Model)

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")


async def in_database(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `act` in the database thread, in one transaction."""
    return await asyncio.get_running_loop().run_in_executor(_thread, partial(_whole, act, *args, **kwargs))


def at_once(act: Callable[[], T]) -> T:
    """Waits for the database thread to run `act`: what it has begun or been asked before is done by then."""
    return _thread.submit(_whole, act).result()


def _whole(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    with transaction.atomic():
        return act(*args, **kwargs)


def sql(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement. For what is asked thousands of times: the ORM's compiling costs ten times more."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def columns(table: str, model: type[Model]) -> str:
    """All columns of `model`, for a statement in which its table is called `table`."""
    return ", ".join(f"{table}.{name}" for name in _names(model))


def loaded(model: type[Row], row: Iterator[Any]) -> Row:
    """The object in the next values of a row, in the order of `columns`."""
    names = _names(model)
    return model.from_db("default", names, list(islice(row, len(names))))


def by_id(model: type[Row], numbers: Iterable[int]) -> dict[int, Row]:
    """The rows with these ids, as `in_bulk` gives them, at a fifth of its price."""
    wanted = json.dumps(sorted(set(numbers)))
    return {row[0]: loaded(model, iter(row)) for row in sql(_those(model), wanted)}


@cache
def _those(model: type[Model]) -> str:
    table = model._meta.db_table
    return f"select {columns('found', model)} from {table} as found where id in (select value from json_each(%s))"  # noqa: S608


@cache
def _names(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)
