"""A school, its connection, and a messenger in memory behind it: what tests of sync act upon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.utils import timezone

from peremena.audit.acts import Actor
from peremena.core.capabilities import Capabilities
from peremena.messengers.base import Credential, Events, Heard, Limiter, Messenger
from peremena.messengers.memory import EVERYTHING, MemoryMessenger, World
from peremena.messengers.registry import Kind
from peremena.school.credentials import seal
from peremena.school.models import Account, Chat, Connection, Organization, Person
from peremena.sync.applying import run_lane
from peremena.sync.models import Run, Step
from peremena.sync.planning import Prepared, prepare
from peremena.sync.runs import approve
from tests import school_rows as rows

OWN, TOKEN = "1", "invented"  # what school_rows.connection() writes down
TESTS = Actor.system("tests")


@dataclass(frozen=True, slots=True)
class Config:
    api_url: str = ""


@dataclass(slots=True)
class Town:
    """The world of the messenger, and what goes wrong in it. `before` and `after` are called around every request that
    writes; `errors` are raised by the next requests instead of doing anything."""

    world: World = field(default_factory=lambda: World(clock=time.time, accounts={OWN}))
    can: Capabilities = EVERYTHING
    patience: float = 0.0
    latency: float = 0.0  # as the messenger tells it; whoever hears of a long one sends several requests at once
    tokens: dict[str, str] = field(default_factory=lambda: {TOKEN: OWN})
    errors: list[BaseException] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    sent: list[list[str]] = field(default_factory=list)  # the titles and members of each request, in order
    news: list[Heard | BaseException] = field(default_factory=list)  # what listeners are told next
    positions: list[str] = field(default_factory=list)  # from where they asked

    def kind(self) -> Kind:
        return Kind(Config, lambda config, kind: self.can, self._open, self._listen)

    def _open(self, config: Config, credential: Credential, limiter: Limiter) -> Messenger:
        return TownMessenger(self, self.tokens.get(credential.token.reveal(), "nobody"))

    def _listen(self, config: Config, credential: Credential, limiter: Limiter, account: str) -> Events:
        return TownEvents(self)

    def let_in(self) -> None:
        """Every linked account exists in the messenger."""
        self.world.accounts |= set(Account.objects.values_list("external_id", flat=True))

    def rooms(self) -> dict[str, frozenset[str]]:
        """Title → who is inside but us; every title once."""
        found = {room.title: frozenset(room.members) - {OWN} for room in self.world.rooms.values()}
        assert len(found) == len(self.world.rooms), "a title twice"
        return found

    def room(self, chat: Chat) -> str:
        return next(key for key, room in self.world.rooms.items() if room.title == chat.title)


class TownEvents:
    """Tells what stands in `town.news`, in order, and then nothing more."""

    def __init__(self, town: Town) -> None:
        self.town = town

    async def next(self, position: str) -> Heard:
        self.town.positions.append(position)
        while not self.town.news:
            await asyncio.sleep(0.005)
        told = self.town.news.pop(0)
        if isinstance(told, BaseException):
            raise told
        return told

    async def close(self) -> None:
        """There is nothing to let go of."""


class TownMessenger(MemoryMessenger):
    def __init__(self, town: Town, account: str) -> None:
        super().__init__(town.world, account, town.can)
        self.patience, self.latency = town.patience, town.latency
        self.town = town

    def apply(self, operations, rooms):  # type: ignore[no-untyped-def]
        self.town.before()
        if self.town.errors:
            raise self.town.errors.pop(0)
        self.town.sent.append([getattr(each, "title", "") or getattr(each, "member", "") for each in operations])
        outcomes = super().apply(operations, rooms)
        self.town.after()
        return outcomes


def approved(school: Organization, *, verify: bool = False, **how: object) -> Run:
    return approve(prepare(school, verify=verify), actor=TESTS, **how)  # type: ignore[arg-type]


def lane(connection: Connection | None = None) -> None:
    """One job of the lane, as a process that knows nothing but the rows."""
    run_lane(Connection.objects.get(pk=connection.pk) if connection else Connection.objects.get(), stop=lambda: False)


def synced(school: Organization, *, verify: bool = False, **how: object) -> Run:
    """Plan, approve, carry out."""
    run = approved(school, verify=verify, **how)
    lane()
    run.refresh_from_db()
    return run


def told(run: Run) -> tuple[str, str, int, int]:
    """(state, problem, done, failed) as they stand in the row."""
    run.refresh_from_db()
    return run.state, run.problem, run.done, run.failed


def plan_of(school: Organization, *, verify: bool = False) -> Prepared:
    return prepare(Organization.objects.get(pk=school.pk), verify=verify)


def wanted(school: Organization) -> dict[str, frozenset[str]]:
    """Title → accounts that should be inside, by the plan."""
    prepared = plan_of(school)
    people = prepared.school.accounts
    return {
        prepared.plan.titles[key]: frozenset(people[person] for person in chat.seats if person in people)
        for key, chat in prepared.plan.wanted.items()
    }


def account(person: Person) -> str:
    return Account.objects.get(person=person, ended_at=None).external_id


def called(family_name: str) -> Person:
    """The pupil, where a parent has the same name."""
    return Person.objects.filter(family_name=family_name).earliest("pk")


def chat_of(kind: str) -> Chat:
    return Chat.objects.get(kind=kind)


def unlink(people: Iterable[Person]) -> None:
    with rows.writing():
        Account.objects.filter(person__in=people, ended_at=None).update(ended_at="2026-11-01T00:00Z")


def credential(connection: Connection, token: str) -> None:
    with rows.writing():
        Connection.objects.filter(pk=connection.pk).update(credential=seal(token))


def lesser(**capabilities: bool | int) -> Capabilities:
    return replace(EVERYTHING, **capabilities)  # type: ignore[arg-type]


def everything_is_due() -> None:
    """Whatever waits for its time has waited long enough."""
    long_ago = timezone.now() - timedelta(days=1)
    Run.objects.update(due_at=long_ago)
    Step.objects.update(due_at=long_ago)
