"""With a hundred thousand steps, just copied in, the lane's questions stay cheap, whatever the database thinks of the table: it
has never been analysed, or when all of its few steps were done."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone
from psycopg.types.json import Jsonb

from peremena.core.operations import AddMember, ChatKey, ChatKind, CreateChat, to_json
from peremena.messengers.memory import MemoryMessenger
from peremena.school.changes import insert, new_ids
from peremena.school.models import Chat, Connection, Organization
from peremena.sync import applying, bookkeeping, intents
from peremena.sync.applying import Lane
from peremena.sync.choosing import next_batch
from peremena.sync.models import Run, Step
from peremena.sync.runs import STEP_FIELDS
from peremena.sync.sending import Sending
from peremena.sync.tasks import wake_lanes
from tests import school_rows as rows
from tests.sync.town import OWN, Town

STEPS, A_CHAT = 100_000, 50
MOST_ROWS = 20_000  # read by one question: far under a scan of the table


@pytest.fixture(params=["never analysed", "analysed when all was done"])
def crowd(town: Town, request: pytest.FixtureRequest) -> Connection:
    """Two schools' runs of 50,000 steps each; a tenth is done, a few are put off or lost."""
    with rows.writing():
        region = rows.region("region")
        connection = rows.connection(region)
        if "done" in request.param:
            quiet = rows.school("quiet", parent=region)
            old = {"organization": quiet, "connection": connection, "state": Run.DONE, "plan": {}, "total": A_CHAT}
            chat = rows.chat(quiet, ChatKind.TEACHERS, "Давно")
            for _ in range(20):
                insert(Step, STEP_FIELDS, done(steps(Run.objects.create(**old), quiet, [chat.pk])))
            with database.cursor() as cursor:
                cursor.execute("analyze sync_step, sync_run")
        for key in ("one", "other"):
            school = rows.school(key, parent=region)
            run = Run.objects.create(
                organization=school, connection=connection, state=Run.RUNNING, plan={}, total=STEPS // 2
            )
            chats = new_ids(Chat, STEPS // 2 // A_CHAT)
            fields = ("id", "organization", "year", "kind", "title", "title_kept", "sort_key", "wanted")
            figures = ("seats", "linked", "inside")
            insert(
                Chat,
                (*fields, *figures),
                ((pk, school.pk, 2027, "custom", f"Чат {pk}", False, "", True, 0, 0, 0) for pk in chats),
            )
            insert(Step, STEP_FIELDS, steps(run, school, chats))
    return connection


def done(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    state = STEP_FIELDS.index("state")
    return ((*row[:state], Step.DONE, *row[state + 1 :]) for row in rows)


def steps(run: Run, school: Organization, chats: list[int]) -> Iterator[tuple[Any, ...]]:
    now, chance = timezone.now(), random.Random(1)
    later = now + timezone.timedelta(hours=1)
    for number, chat in enumerate(chats):
        key = ChatKey(school.pk, 2027, ChatKind.CUSTOM, custom=chat)
        state = Step.DONE if number < len(chats) // 10 else Step.WAITING
        for place in range(A_CHAT):
            operation = AddMember(key, str(place)) if place else CreateChat(key, f"Чат {chat}")
            due = later if state == Step.WAITING and chance.random() < 0.001 else now
            position = number * A_CHAT + place
            yield (
                run.pk,
                run.connection_id,
                chat,
                position,
                operation.name,
                Jsonb(to_json(operation)),
                state,
                0,
                due,
                "",
            )


def costs(work: Callable[[], object]) -> list[tuple[float, str]]:
    """(rows read, statement) of every SELECT and UPDATE that `work` sends, by EXPLAIN ANALYZE."""
    found: list[tuple[float, str]] = []

    def explained(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.split(" ", 1)[0] in {"SELECT", "UPDATE", "DELETE"} and "sync_" in sql:
            with database.cursor() as cursor:
                raw = cursor.cursor
                raw.execute("savepoint explaining")
                raw.execute(f"explain (analyze, format json) {sql}", params)
                plan = raw.fetchone()[0]
                raw.execute("rollback to savepoint explaining")
            found.append((read((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]), sql))
        return execute(sql, params, many, context)

    with database.execute_wrapper(explained):
        work()
    return found


def read(plan: dict[str, Any]) -> float:
    """Rows that the scans of a plan touched, those filtered out included."""
    own = 0.0
    if "Scan" in plan["Node Type"]:
        own = plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    return own + sum(read(part) for part in plan.get("Plans", ()))


def test_no_question_of_the_lane_reads_the_whole_table(town: Town, crowd: Connection) -> None:
    messenger = MemoryMessenger(town.world, OWN)
    batch = next_batch(crowd.pk, messenger)
    assert batch is not None and len(batch.steps) == messenger.can.batch_size
    questions = {
        "next_batch": lambda: next_batch(crowd.pk, messenger),
        "settle": lambda: intents.settle(crowd, messenger),
        "recover": lambda: bookkeeping.recover(crowd),
        "comes_soon": lambda: applying._comes_soon(crowd),
        "rest": lambda: applying._rest(crowd),
        "wake": lambda: wake_lanes(stop=lambda: False),
        "request": lambda: Lane(crowd, messenger, Sending(messenger)).turn(),
    }
    dear = [
        (name, rows_read, sql)
        for name, ask in questions.items()
        for rows_read, sql in costs(ask)
        if rows_read > MOST_ROWS
    ]
    assert [(name, rows_read) for name, rows_read, _ in dear] == [], dear


def test_the_measure_sees_a_scan_of_the_whole_table(crowd: Connection) -> None:
    ((rows_read, _),) = costs(lambda: Step.objects.filter(reason="nowhere").first())
    assert rows_read >= STEPS
