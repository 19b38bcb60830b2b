"""Planning a school of about 1,100 pupils, beside the bare SELECTs of the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection

from peremena.bench.report import Figure, Report
from peremena.bench.school import settle, sync, take_in
from peremena.bench.stack import Stack
from peremena.school.models import Chat, Organization, Person
from peremena.server.demo_school import generate
from peremena.sync.planning import prepare

LETTERS = "АБВГ"  # four classes in each of eleven parallels
TIMES = 5
ALLOWED = 3.0  # times the bare SELECTs

Query = tuple[str, Any]


def measure(stack: Stack) -> Report:
    demo = generate(letters=LETTERS)
    with stack.running():
        take_in(stack, demo)
        organization = settle(stack, timeout=10.0).organization
        before = timed(lambda: prepare(organization))
        sync(stack, organization)
        queries = asked_by(organization)
        nothing, bare = together(lambda: prepare(organization), lambda: fetch(queries))
        chats, people = Chat.objects.count(), Person.objects.count()
        plan = prepare(organization).plan
    return Report(
        "plan",
        [
            Figure("pupils", "учеников", sum(len(roll) for roll in demo.rolls.values())),
            Figure("people", "человек", people),
            Figure("chats", "чатов", chats),
            Figure("seats", "мест", plan.seats),
            Figure("first", "секунд: план, когда чатов ещё нет", before),
            Figure("nothing", "секунд: план, когда менять нечего", nothing),
            Figure("operations", "действий в нём", len(plan.operations), at_most=0),
            Figure("queries", "запросов к базе", len(queries)),
            Figure("bare", "секунд: одни эти запросы", bare),
            Figure("ratio", "план к одним запросам", nothing / bare, at_most=ALLOWED),
        ],
    )


def asked_by(organization: Organization) -> list[Query]:
    """The SELECTs that a plan is made from."""
    found: list[Query] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().lower().startswith("select"):
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        prepare(organization)
    return found


def fetch(queries: list[Query]) -> None:
    """Their rows, as the driver gives them."""
    with connection.cursor() as cursor:
        for sql, params in queries:
            cursor.execute(sql, params)
            cursor.fetchall()


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def together(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Medians of both, taken in turn, so that whatever else the machine does falls on both."""
    pairs = [(timed(one), timed(other)) for _ in range(TIMES)]
    return median(first for first, _ in pairs), median(second for _, second in pairs)
