"""Writing many rows at once: COPY in, rewrite by id, end. The audit triggers see them as they see single ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection, models
from psycopg import sql


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
    rows = list(rows)
    if not rows:
        return
    table, columns = _table(model), _columns(model, ["id", *fields])
    names = [str(model._meta.get_field(name).column) for name in fields]  # type: ignore[union-attr]
    assignments = sql.SQL(", ").join(sql.SQL("{0} = fresh.{0}").format(sql.Identifier(name)) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("create temporary table fresh on commit drop as select {} from {} limit 0").format(columns, table)
        )
        _copy(sql.SQL("copy fresh ({}) from stdin").format(columns), rows)
        cursor.execute(sql.SQL("update {0} set {1} from fresh where {0}.id = fresh.id").format(table, assignments))
        cursor.execute("drop table fresh")


def end(model: type[models.Model], ids: Iterable[int], on: date) -> None:
    """Mark rows as ended on that day; nothing is deleted."""
    with connection.cursor() as cursor:
        statement = sql.SQL("update {} set ended = %s where id = any(%s)").format(_table(model))
        cursor.execute(statement, [on, list(ids)])
