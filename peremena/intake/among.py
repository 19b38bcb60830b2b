"""Asking for any number of rows: each list is one parameter, where `IN (…)` would write every value into the statement."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.expressions import RawSQL


def among_keys(keys: Iterable[str]) -> RawSQL:
    """For `field__in` of a text field."""
    return RawSQL("select unnest(%s::text[])", [list(keys)])


def among_ids(ids: Iterable[int]) -> RawSQL:
    """For `field__in` of an id."""
    return RawSQL("select unnest(%s::bigint[])", [list(ids)])
