"""Writing many rows at once: COPY in, rewrite by id, end. The audit triggers see them as they see single ones."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg import sql

AT_ONCE = 10_000  # rows rewritten by one statement


def _columns(model: type[models.Model], fields: Sequence[str]) -> sql.Composed:
    names = (sql.Identifier(str(model._meta.get_field(name).column)) for name in fields)  # type: ignore[union-attr]
    return sql.SQL(", ").join(names)


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def new_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids taken from the table's own sequence, so that rows can refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def insert(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY `rows`, in the order of `fields` (model field names; every column without a database default must be there)."""
    _copy(sql.SQL("copy {} ({}) from stdin").format(_table(model), _columns(model, fields)), rows)


def _copy(statement: sql.Composed, rows: Iterable[Sequence[Any]]) -> None:
    # Django wraps the errors of its own statements only; whoever catches a DatabaseError means these too.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def rewrite(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set `fields` of existing rows; each of `rows` begins with the id."""
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = [str(model._meta.get_field(name).column) for name in ("id", *fields)]  # type: ignore[union-attr]
    assignments = ", ".join(f"{quote(name)} = fresh.{quote(name)}" for name in columns[1:])
    # As one JSON value the rows take the table's own types, and no temporary table has to be made for them.
    fresh = f"jsonb_populate_recordset(null::{table}, %s::jsonb) as fresh"
    statement = f"update {table} set {assignments} from {fresh} where {table}.id = fresh.id"  # noqa: S608 - our own names
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        values = [dict(zip(columns, row, strict=True)) for row in batch]
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False)])


def as_bytea(value: bytes | memoryview) -> str:
    """Bytes as a row given to `rewrite` carries them."""
    return f"\\x{bytes(value).hex()}"


def end(model: type[models.Model], ids: Iterable[int], on: date) -> None:
    """Mark rows as ended on that day; nothing is deleted."""
    with connection.cursor() as cursor:
        statement = sql.SQL("update {} set ended = %s where id = any(%s)").format(_table(model))
        cursor.execute(statement, [on, list(ids)])
