"""An act: one transaction with an actor. The database refuses a tracked write outside of one, because every event row
must point to its act (`NOT NULL`), so a forgotten actor cannot be committed."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import pghistory
from django.db import connection, models, transaction

Model = TypeVar("Model", bound=type[models.Model])

# What a person may read in a history, and what a stolen dump must not show, are kept apart: personal fields are excluded
# where a model is tracked.
PERSONAL = ("family_name", "given_name", "middle_name", "username", "password", "last_login", "credential")


class Actor(NamedTuple):
    """Who acts: `user:<id>`, `person:<id>` (he has no account yet), `system:<part>` or `command-line`."""

    name: str

    @classmethod
    def user(cls, user: Any) -> Actor:
        return cls(f"user:{user.pk}")

    @classmethod
    def person(cls, pk: int) -> Actor:
        return cls(f"person:{pk}")

    @classmethod
    def system(cls, part: str) -> Actor:
        return cls(f"system:{part}")


COMMAND_LINE = Actor("command-line")


@contextmanager
def act(action: str, *, actor: Actor, reason: str = "", **ids: int | str) -> Iterator[uuid.UUID]:
    """Open a transaction in which every tracked write is recorded as `action` of `actor`. `ids` are references, never
    names. Acts nest: the inner one speaks for its own writes."""
    act_id = uuid.uuid4()
    metadata = {"action": action, "actor": actor.name, **ids, **({"reason": reason} if reason else {})}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('pghistory.context_id', true), current_setting('pghistory.context_metadata', true)"
        )
        outer = cursor.fetchone()
        _declare(cursor, str(act_id), json.dumps(metadata))
        yield act_id
        _declare(cursor, *(value or "" for value in outer))


def _declare(cursor: Any, act_id: str, metadata: str) -> None:
    # Local to the transaction: it reaches every later statement, COPY included, and is gone with a rollback.
    cursor.execute(
        "select set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
        [act_id, metadata],
    )


def audited(*projections: str) -> Callable[[Model], Model]:
    """Class decorator: every insert, update and delete of the model's rows leaves an event row, without personal fields
    and without `projections`, which are computed from what is audited already."""

    def track(model: Model) -> Model:
        own = {field.name for field in model._meta.local_fields}
        tracked: Model = pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=[name for name in (*PERSONAL, *projections) if name in own],
            context_field=pghistory.ContextForeignKey(null=False, db_index=False),
        )(model)
        return tracked

    return track
