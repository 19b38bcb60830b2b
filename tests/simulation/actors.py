"""Processes of ours as greenlets. They share one database connection, so an actor is switched away only where it holds no
transaction: before a statement of its own, before and after a request, and where it sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

from django.db import OperationalError
from django.db import connection as database
from greenlet import GreenletExit, greenlet

from tests.simulation.clock import Clock

MOST_STATEMENTS = 20_000  # of one schedule: something turns in circles
AWAY = 0.3  # how often an actor is switched away at a statement
AWAY_AT_A_REQUEST = 0.5


class Killed(BaseException):
    """kill -9, as far as a greenlet can: no handler of ours runs after it, and the open transaction has not happened."""


class Violation(BaseException):
    """Something happened that must never happen."""


class Job(NamedTuple):
    """What a worker does under a lock: the lane of a connection, the looking after its rooms, or a school's following its
    roster."""

    kind: str
    about: int

    @property
    def lock(self) -> str:
        return f"{self.kind}:{self.about}"

    @property
    def is_lane(self) -> bool:
        return self.kind == "connection"


class Actor:
    """`deadly`: so many points it has to live. `job`: it holds that one's lock; a zombie has lost it."""

    def __init__(self, name: str, work: Callable[[], None], job: Job | None = None) -> None:
        self.name = name
        self.job = job
        self.zombie = False
        self.wakes = 0.0
        self.deadly: int | None = None
        self.dying = False
        self.ended_by: BaseException | None = None
        self.greenlet = greenlet(self._live)
        self._work = work

    def _live(self) -> None:
        try:
            self._work()
        except (Killed, OperationalError) as end:
            self.ended_by = end


class Crew:
    """All actors of one schedule, and who of them is acting."""

    def __init__(self, dice: Random, clock: Clock) -> None:
        self.dice = dice
        self.clock = clock
        self.actors: list[Actor] = []
        self.current: Actor | None = None
        self.meanwhile: list[tuple[int, Callable[[], object]]] = []  # after so many points of lanes
        self.statements = 0
        self._depth = len(database.savepoint_ids)
        self._held = 0

    def start(self, actor: Actor) -> Actor:
        actor.wakes = self.clock.now
        self.actors.append(actor)
        return actor

    def ready(self) -> list[Actor]:
        return [actor for actor in self.actors if actor.wakes <= self.clock.now]

    def resume(self, actor: Actor) -> bool:
        """Until it is switched away or ends; whether it has ended."""
        self.current = actor
        try:
            actor.greenlet.switch()
        finally:
            self.current = None
        if actor.greenlet.dead:
            self.actors.remove(actor)
        return actor.greenlet.dead

    def sleep(self, seconds: float) -> None:
        """The acting one's; nobody else's."""
        if self.current is None:
            self.clock.passes(seconds)
            return
        actor = self.current
        actor.wakes = self.clock.now + seconds
        actor.greenlet.parent.switch()

    def point(self, away: float) -> None:
        """The acting one may die here, or be switched away."""
        actor = self.current
        if actor is None or actor.dying:
            return
        if actor.deadly is not None:
            actor.deadly -= 1
            if actor.deadly <= 0:
                actor.dying = True
                raise Killed
        if self._free():
            self._interrupt(actor)
            if self.dice.random() < away:
                self.sleep(0.0)

    def _interrupt(self, actor: Actor) -> None:
        """What was to happen while a lane is at work happens now, if its moment has come."""
        if self.meanwhile and actor.job is not None and actor.job.is_lane:
            points, happens = self.meanwhile[0]
            self.meanwhile[0] = (points - 1, happens)
            if points <= 1:
                del self.meanwhile[0]
                self.current = None
                happens()
                self.current = actor

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """In life a transaction of its own, whose statements all see the same."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    def watch(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        """Around every statement."""
        self.statements += 1
        if self.statements > MOST_STATEMENTS:
            raise Violation("it turns in circles")
        # The end of a transaction is no point of its own: dying just before it is dying at its last statement.
        if not sql.startswith(("RELEASE", "ROLLBACK")):
            self.point(AWAY)
        return execute(sql, *arguments)

    def dismiss(self) -> None:
        """At the end of a schedule that failed."""
        for actor in self.actors:
            actor.dying = True
            if actor.greenlet:
                actor.greenlet.throw(GreenletExit)
        self.actors.clear()

    def _free(self) -> bool:
        return self._held == 0 and len(database.savepoint_ids) == self._depth
