"""How many requests a sync costs, counted by the messenger: creating, changing nothing, changing one seat of a hundred."""

from __future__ import annotations

from math import ceil

from peremena.bench.churn import churned
from peremena.bench.guests import all_is_quiet, come_by_links
from peremena.bench.report import Figure, Report
from peremena.bench.roster import School, even
from peremena.bench.school import follow, settle, sync, take_in
from peremena.bench.stack import Stack, until
from peremena.bench.stand_in import requests_between, writes
from peremena.core.roster import OrganizationKind
from peremena.school.models import Organization
from peremena.sync.models import Run

CHATS, PEOPLE = 100, 30
CALLS_AT_ONCE = 25  # in one request: VK's `execute`
CHANGED = 10  # moved, left and come: each moved one is two changes; who has just come has not linked yet: 30 of 3,000 seats, 1 %
ALLOWED = 1.1  # times the minimum
QUIET_WITHIN = 60.0  # seconds


def measure(stack: Stack, *, kind: str) -> Report:
    with stack.running():
        school = even(CHATS, PEOPLE)
        create = _sync_of(stack, school, kind)
        if kind == "community":
            come_by_links(stack, settle(stack, kind=kind))
        nothing = _sync_of(stack, school, kind)
        churn = _import_of(stack, churned(school, CHANGED))
    return Report(
        "requests",
        [
            Figure("create_writes", f"запросов на запись: создать {CHATS} чатов по {PEOPLE} человек", create.write),
            Figure("create_ratio", "то же к наименьшему возможному", create.ratio, at_most=ALLOWED),
            Figure("create_reads", "запросов на чтение при этом", create.read),
            Figure("nothing_writes", "запросов на запись, когда менять нечего", nothing.write, at_most=0),
            Figure("nothing_reads", "запросов на чтение, когда менять нечего", nothing.read, at_most=1),
            Figure("churn_writes", f"запросов на запись: изменений {churn.calls}", churn.write),
            Figure("churn_ratio", "то же к наименьшему возможному", churn.ratio, at_most=ALLOWED),
            Figure("churn_reads", "запросов на чтение при этом", churn.read),
        ],
    )


class Cost:
    """Requests of one sync, and the calls that were in them."""

    def __init__(self, write: int, read: int, calls: int) -> None:
        self.write, self.read, self.calls = write, read, calls

    @property
    def ratio(self) -> float:
        return self.write / ceil(self.calls / CALLS_AT_ONCE)


def _import_of(stack: Stack, school: School) -> Cost:
    """Of what the chats do by themselves when a roster has changed, and of a sync that comes after that."""
    before = stack.standin.stats()
    run = follow(stack, school)
    until(lambda: not Run.objects.filter(pk=run.pk, state__in=Run.OPEN).exists() and all_is_quiet(), QUIET_WITHIN)
    sync(stack, Organization.objects.get(kind=OrganizationKind.SCHOOL))
    after = stack.standin.stats()
    return Cost(*requests_between(before, after), (writes(after) - writes(before)).total())


def _sync_of(stack: Stack, school: School, kind: str) -> Cost:
    take_in(stack, school)
    organization = settle(stack, kind=kind).organization
    until(all_is_quiet, QUIET_WITHIN)  # whatever the listener has to do with it is not the sync's
    before = stack.standin.stats()
    sync(stack, organization)
    after = stack.standin.stats()
    return Cost(*requests_between(before, after), (writes(after) - writes(before)).total())
