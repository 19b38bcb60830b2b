"""From what is written down to a plan. Nothing is changed here, but for what `verify` learns from the messenger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection as database
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from peremena.core.capabilities import Capabilities
from peremena.core.errors import UnusableInput
from peremena.core.plan import Plan, School, make_plan
from peremena.school.models import Chat, Connection, Organization, Room
from peremena.school.snapshot import clamped, load
from peremena.sync.connections import capabilities, connection_of
from peremena.sync.models import Run, Step
from peremena.sync.projection import renew
from peremena.sync.reading import read_rooms

# What is assumed while there is no connection yet: a plan can be looked at before the messenger is chosen.
ANY_MESSENGER = Capabilities(create_chat=True, rename=True, add_member=True, remove_member=True)


LastRun = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, what it was made from, and the school's last run at that moment. Without a connection it can be looked at,
    not approved."""

    organization: Organization
    connection: Connection | None
    school: School
    plan: Plan
    last_run: LastRun | None


def prepare(organization: Organization, *, on: date | None = None, verify: bool = False) -> Prepared:
    """The plan of one school on a day (default today), moved into its active year. `verify` reads the rooms again first.
    UnusableInput when there is nothing to plan from."""
    if organization.active_year is None:
        raise UnusableInput(
            f"Организация «{organization.key}»: нет учебного года, загрузите список школы: peremena roster ФАЙЛ --apply."
        )
    refuse_switched_off(organization)
    connection = connection_of(organization)
    if verify and connection is not None:
        read_rooms(connection, organization)
    can = capabilities(connection) if connection else ANY_MESSENGER
    with one_moment():
        day = clamped(on or timezone.localdate(), organization)
        school = load([organization], connection, day)[organization.pk]
        if connection and connection.strangers == Connection.REMOVE:
            school = replace(school, strangers_out=True)
        prepared = Prepared(organization, connection, school, make_plan(school, can), last_run(organization))
        prepared = _with_free_titles(prepared, can)
        if verify:
            renew(school, prepared.plan)
        return prepared


def refuse_switched_off(organization: Organization) -> None:
    """UnusableInput for a school without «Чаты»."""
    if not organization.chats_enabled:
        raise UnusableInput(f"Школа «{organization.key}»: «Чаты» выключены; включить их может администратор школы.")


def last_run(organization: Organization) -> LastRun | None:
    """(id, its end): whatever has been done since makes another pair, so a plan is known to be out of date."""
    return Run.objects.filter(organization=organization).order_by("-id").values_list("id", "finished_at").first()


def _with_free_titles(prepared: Prepared, can: Capabilities) -> Prepared:
    """The same plan, its titles free of those that other schools of the connection use."""
    if prepared.connection is None:
        return prepared
    taken: frozenset[str] = frozenset()
    while True:
        found = taken | titles_elsewhere(prepared.organization, prepared.connection, prepared.plan.titles.values())
        if found == taken:
            return prepared
        taken = found
        school = replace(prepared.school, taken=taken)
        prepared = replace(prepared, school=school, plan=make_plan(school, can))


def titles_elsewhere(organization: Organization, connection: Connection, titles: Iterable[str]) -> frozenset[str]:
    """Those of `titles` that other schools of the connection use now."""
    there = Exists(Room.objects.filter(connection=connection, chat=OuterRef("pk")))
    under_way = Step.objects.filter(state__in=Step.OPEN, run__state__in=Run.OPEN)
    coming = Exists(under_way.filter(connection=connection, chat=OuterRef("pk")))
    others = Chat.objects.filter(there | coming).exclude(organization=organization)
    return frozenset(others.filter(title__in=titles).values_list("title", flat=True))


@contextmanager
def one_moment() -> Iterator[None]:
    """Every query sees the same moment, so that a plan is never made of two halves."""
    if database.in_atomic_block:
        yield
        return
    with transaction.atomic():
        database.cursor().execute("set transaction isolation level repeatable read")
        yield
