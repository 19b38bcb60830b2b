"""The kill campaign: a sync of 200 chats, one kill -9 in its middle, and afterwards everything as if nothing had happened."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connections

from peremena.bench.aim import TARGETS, Aim, Whole, aimed
from peremena.bench.ledger import Ledger, Progress
from peremena.bench.report import Figure, Report
from peremena.bench.roster import School, even
from peremena.bench.school import Settled, settle, start_sync, take_in
from peremena.bench.stack import Stack, until
from peremena.bench.stand_in import writes
from peremena.bench.verdict import Seen, complaints, expected
from peremena.server.ports import is_open
from peremena.sync.models import Run
from peremena.sync.planning import prepare

CHATS, PEOPLE = 200, 3
TIMEOUT = (
    1.0  # seconds: the connection's. A lost create is judged a few of them later; shorter, and a busy machine misses it
)
CLOSED_WITHIN = 90.0  # seconds from the kill
READY_WITHIN = 30.0
AGAIN_WITHIN = {"worker": 5.0, "database": 10.0}  # seconds until progress, as promised
TARGET_NAMES = {"worker": "работник", "database": "база", "tree": "всё дерево", "messenger": "мессенджер"}
MOMENT_NAMES = {"seconds": "через {:.2f} с", "rooms": "чатов в мессенджере {:.0f}", "steps": "записано шагов {:.0f}"}
TWIN = {"rooms", "duplicate_titles", "writes"}  # what a second chat of one title has to set off


@dataclass(frozen=True, slots=True)
class Survived:
    """`again`: seconds from the kill until a step is done; None where none was free to be done: the last ones wait until
    their lost request is judged. `seconds`: until the run was closed."""

    aim: Aim
    again: float | None
    seconds: float
    complaints: Mapping[str, str] = field(default_factory=dict)

    def line(self) -> str:
        when = MOMENT_NAMES[self.aim.moment].format(self.aim.amount)
        again = "—" if self.again is None else f"{self.again:.1f} с"
        end = "; ".join(f"{name}: {what}" for name, what in self.complaints.items()) or "верно"
        return (
            f"{self.aim.seed:>5}  {TARGET_NAMES[self.aim.target]:<11} {when:<28} "
            f"дальше через {again:<6}  готово через {self.seconds:4.1f} с  {end}"
        )


def measure(stack: Stack, *, points: int, seed: int, tell: Callable[[str], None]) -> Report:
    """Points `seed`, `seed` + 1 and so on; each is told in a line as soon as it is over."""
    school = even(CHATS, PEOPLE)
    began = time.monotonic()
    with stack.running():
        take_in(stack, school)
        campaign = Campaign(stack, school)
        whole = campaign.uninterrupted()
        survived = []
        for number in range(seed, seed + points):
            survived.append(campaign.survive(aimed(number, whole)))
            tell(survived[-1].line())
        found = campaign.twin()
    return Report("kill", list(_figures(survived, whole, found, time.monotonic() - began)), _details(survived, seed))


class Campaign:
    """One stack, many kills; before each the school's chats are forgotten on both sides."""

    closed_within = CLOSED_WITHIN

    def __init__(self, stack: Stack, school: School) -> None:
        self.stack = stack
        self.school = school
        self.ledger = Ledger(stack.database_url)
        self.settled: Settled = settle(stack, timeout=TIMEOUT)
        self.wanted = self._expected()

    def uninterrupted(self) -> Whole:
        """The same sync in peace: how long it takes, and that it would be judged well."""
        run = self._start()
        seconds = until(lambda: self._closed(run), self.closed_within)
        whole = Whole(seconds, self._changed(), self.ledger.progress(run).done)
        if found := self.judged(run):
            raise RuntimeError(f"и без помех неверно: {found}")
        return whole

    def survive(self, aim: Aim) -> Survived:
        self._begin(aim)
        until(lambda: self.stack.pid("worker"), READY_WITHIN)
        run = self._start()
        before = self._wait_for(aim, run)
        killed = time.monotonic()
        self._kill(aim.target)
        connections.close_all()  # a database that was killed took ours with it
        try:
            until(lambda: self._moved(run, before), self.closed_within)
            again = time.monotonic() - killed
            until(lambda: self._closed(run), self.closed_within)
        except TimeoutError as error:
            stuck = {"state": f"{error}: {self.ledger.progress(run)}"}
            return Survived(aim, None, time.monotonic() - killed, stuck)
        seconds = time.monotonic() - killed
        return Survived(aim, again if before.waiting else None, seconds, self.judged(run))

    def twin(self) -> set[str]:
        """What is complained of when a chat is made a second time, by hand: a judge that lets it pass is worth nothing."""
        title = next(iter(self.school.class_chats()))
        self.stack.standin.call(self.settled.token, "messages.createChat", title=title)
        return set(self.judged(Run.objects.latest("pk").pk))

    def judged(self, run: int) -> dict[str, str]:
        """What is wrong, seen from outside and in our own books."""
        until(lambda: is_open(self.stack.standin.port), READY_WITHIN)  # killed at the very end, it is still coming back
        stats = self.stack.standin.stats()
        plan = prepare(self.settled.organization).plan
        seen = Seen(
            state=self.ledger.progress(run).state,
            rooms=self.stack.standin.rooms(self.settled.token),
            duplicate_titles=stats["duplicate_titles"],
            writes=self._writes(stats),
            to_do={name: count for name, count in plan.counts().items() if count},
        )
        return complaints(self.wanted, seen)

    def _wait_for(self, aim: Aim, run: int) -> Progress:
        """Until the moment of the aim has come, or everything is over; how far it was then."""
        ends = time.monotonic() + aim.amount

        def come() -> bool:
            match aim.moment:
                case "seconds":
                    return time.monotonic() >= ends
                case "rooms":
                    return self._changed() >= aim.amount or self._closed(run)
                case _:
                    return self.ledger.progress(run).done >= aim.amount

        until(come, self.closed_within)
        return self.ledger.progress(run)

    def _moved(self, run: int, before: Progress) -> bool:
        now = self.ledger.asked(run)
        return now is not None and (now.done > before.done or now.state not in Run.OPEN)

    def _closed(self, run: int) -> bool:
        now = self.ledger.asked(run)
        return now is not None and now.state not in Run.OPEN

    def _begin(self, aim: Aim) -> None:
        """What there is before the sync of a point."""
        self._forget()

    def _start(self) -> int:
        return start_sync(self.settled.organization).pk

    def _kill(self, target: str) -> None:
        self.stack.kill(target)

    def _changed(self) -> int:
        """How far the messenger is by its own count, which our books cannot know yet."""
        return int(self.stack.standin.stats()["chats"])

    def _writes(self, stats: Mapping[str, Any]) -> Mapping[str, int]:
        """The calls that a sync is judged by."""
        return writes(stats)

    def _expected(self) -> Seen:
        chats, accounts = self.school.class_chats().items(), self.settled.accounts
        return expected({title: frozenset(accounts[key] for key in pupils) for title, pupils in chats})

    def _forget(self) -> None:
        """As before the first sync, on both sides; people and their profiles stay who they are."""
        self.ledger.forget()
        self.stack.standin.reset()
        self.settled = settle(self.stack, timeout=TIMEOUT)


def _figures(survived: list[Survived], whole: Whole, found: set[str], seconds: float) -> Iterator[Figure]:
    yield Figure("points", "точек", len(survived))
    yield Figure("wrong", "из них кончились неверно", sum(bool(point.complaints) for point in survived), at_most=0)
    yield Figure("whole", "секунд: синхронизация без помех", whole.seconds)
    for target in TARGETS:
        times = [point.again for point in survived if point.aim.target == target and point.again is not None]
        if times:
            what = f"секунд до следующего шага, самое большее: {TARGET_NAMES[target]}"
            yield Figure(f"again_{target}", what, max(times), at_most=AGAIN_WITHIN.get(target))
    yield Figure("twin_found", "нарочно созданный двойник замечен", found == TWIN, at_least=1)
    yield Figure("seconds", "секунд на всё", seconds)


def _details(survived: list[Survived], seed: int) -> dict[str, Any]:
    return {"seed": seed, "points": [_value(point) for point in survived]}


def _value(point: Survived) -> dict[str, Any]:
    again = None if point.again is None else round(point.again, 3)
    return {**point.aim._asdict(), "again": again, "seconds": round(point.seconds, 3), "complaints": point.complaints}
