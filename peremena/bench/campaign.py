"""The campaign over the wire: syncs that create, and rosters that are followed, while calls are refused, answers are lost and
something is killed with -9; in the end everything is as if nothing had happened, and no request was too early for the pace."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from peremena.bench.aim import Aim, Whole, aimed
from peremena.bench.churn import churned
from peremena.bench.faults import Faults, total
from peremena.bench.kill import MOMENT_NAMES, READY_WITHIN, TARGET_NAMES, TIMEOUT, Campaign, Survived
from peremena.bench.report import Figure, Report
from peremena.bench.roster import School, even
from peremena.bench.school import follow, settle, take_in
from peremena.bench.stack import Stack, until
from peremena.bench.stand_in import writes
from peremena.core.errors import UnusableInput
from peremena.school.models import Room
from peremena.server.ports import is_open
from peremena.sync.models import Run
from peremena.sync.runs import AlreadyRunning

CHATS, PEOPLE = 120, 4
CLASSES, RENAMED = 24, 40  # of a sync that changes: 48 adds, 48 removals, 40 renames
CLOSED_WITHIN = 600.0  # seconds from the kill
QUIET_WITHIN = 120.0  # seconds
SOON = 5.0  # seconds: a room that is looked at again later than that was put off for a trouble
WINDOW = 1.0  # seconds that VK looks back on when it judges a pace
TWIN = {"rooms", "duplicate_titles"}  # what a second chat of one title has to set off


@dataclass(frozen=True, slots=True)
class Point:
    """`struck`: how many faults, by kind. `refused`: requests refused for their pace, which no fault did."""

    survived: Survived
    changes: bool
    struck: Counter[str]
    refused: int

    def line(self) -> str:
        aim = self.survived.aim
        what = "изменить" if self.changes else "создать"
        when = MOMENT_NAMES[aim.moment].format(aim.amount) if aim.moment != "rooms" else f"вызовов {aim.amount:.0f}"
        end = "; ".join(f"{name}: {what}" for name, what in self.survived.complaints.items()) or "верно"
        return (
            f"{aim.seed:>5}  {what:<9} {TARGET_NAMES[aim.target]:<11} {when:<20} "
            f"сбоев {self.struck.total():>3}  готово через {self.survived.seconds:5.1f} с  {end}"
        )


def changes(seed: int) -> bool:
    """Whether the sync of a point changes chats that are there: half of them do, at every target and every kind of moment."""
    return bool((seed + seed // 4) % 2)


def measure(stack: Stack, *, points: int, seed: int, pace: int, tell: Callable[[str], None]) -> Report:
    """Points `seed`, `seed` + 1 and so on; each is told in a line as soon as it is over. `pace`: what the stand-in allows."""
    school = even(CHATS, PEOPLE)
    other = churned(school, CLASSES, renamed=RENAMED)
    began = time.monotonic()
    with stack.running(pace=pace):
        for each in (other, school):  # all people there will be, so that each has the same account all the time
            take_in(stack, each)
        storm = Storm(stack, school, other)
        wholes = storm.wholes()
        found = []
        for number in range(seed, seed + points):
            found.append(storm.point(aimed(number, wholes[changes(number)])))
            tell(found[-1].line())
        refused = storm.refused
        twin = storm.twin() >= TWIN  # made by hand, with no regard for the pace
    return Report("campaign", list(_figures(found, refused, twin, time.monotonic() - began)), _details(found, seed))


class Storm(Campaign):
    """The school is one of two, which differ by what changes; which of them is in the books goes back and forth."""

    closed_within = CLOSED_WITHIN

    def __init__(self, stack: Stack, school: School, other: School) -> None:
        super().__init__(stack, school)
        self._other = other
        self._in_order = False  # whether the rooms are as the school and our books say
        self._faults = Faults(stack.standin, 0)
        self._before = stack.standin.stats()
        self.refused = 0  # requests, for their pace; `_refused`: in the last sync
        self._refused = 0
        self._run = 0
        self._comes = False  # whether another roster is to be applied
        self._asked = 0.0  # when we last spoke to the stand-in as the account whose pace is watched

    def wholes(self) -> dict[bool, Whole]:
        """Both kinds of sync in peace, by whether they change what is there."""
        creating = self.uninterrupted()
        self._change()
        changing = self.uninterrupted()
        return {False: creating._replace(rooms=CHATS), True: changing._replace(rooms=changing.steps)}

    def point(self, aim: Aim) -> Point:
        survived = self.survive(aim)
        self._faults.calm()
        self._in_order = not survived.complaints
        if self._refused:
            pace = {"refused_for_pace": f"{self._refused}, а должно быть 0"}
            survived = replace(survived, complaints={**survived.complaints, **pace})
        return Point(survived, changes(aim.seed), self._faults.struck, self._refused)

    def judged(self, run: int) -> dict[str, str]:
        until(lambda: is_open(self.stack.standin.port), READY_WITHIN)
        self._faults.calm()
        try:
            until(_is_quiet, QUIET_WITHIN)
        except TimeoutError as error:
            return {"quiet": f"{error}: есть незаконченные прогоны или непрочитанные чаты"}
        self._refused = self.stack.standin.stats()["refused_for_pace"] - self._before["refused_for_pace"]
        self.refused += self._refused
        found = super().judged(run)
        self._asked = time.monotonic()
        return found

    def _begin(self, aim: Aim) -> None:
        self._refused = 0
        if not changes(aim.seed):
            self._forget()
        else:
            if not self._in_order:
                self._forget()
                self.uninterrupted()
            self._change()
        self._faults = Faults(self.stack.standin, aim.seed)
        self._faults.order()

    def _start(self) -> int:
        """What the messenger told of may be put right between a plan and its approval: then the plan is made anew."""
        if self._comes:
            self._comes = False
            self._run = follow(self.stack, self.school).pk
        else:
            until(self._started, QUIET_WITHIN)
        return self._run

    def _started(self) -> bool:
        try:
            self._run = super()._start()
        except (UnusableInput, AlreadyRunning):
            return False
        return True

    def _kill(self, target: str) -> None:
        if target != "messenger":
            super()._kill(target)
            return
        self._faults.calm()
        super()._kill(target)
        until(lambda: is_open(self.stack.standin.port), READY_WITHIN)
        self._faults.order()

    def _forget(self) -> None:
        super()._forget()
        self.wanted = self._expected()
        self._before = self.stack.standin.stats()

    def _change(self) -> None:
        """The school is to become the other one; there is no chat to be made."""
        self.school, self._other = self._other, self.school
        self._comes = True
        until(lambda: time.monotonic() > self._asked + WINDOW, READY_WITHIN)
        self.settled = settle(self.stack, timeout=TIMEOUT)
        self.wanted = replace(self._expected(), writes={})
        self._before = self.stack.standin.stats()

    def _changed(self) -> int:
        return (writes(self.stack.standin.stats()) - writes(self._before)).total()

    def _writes(self, stats: Mapping[str, Any]) -> Mapping[str, int]:
        """Creates only, whatever else is harmless twice; without those that a fault refused."""
        creates = (writes(stats) - writes(self._before))["createChat"]
        chats = self.wanted.writes.get("createChat", 0)
        unexplained = max(0, creates - chats - self._faults.creates)
        return {"createChat": chats + unexplained} if chats + unexplained else {}


def _is_quiet() -> bool:
    """Whether what the messenger told of meanwhile has been looked at and put right as well, as far as it could be read."""
    soon = timezone.now() + timedelta(seconds=SOON)
    return not Run.objects.filter(state__in=Run.OPEN).exists() and not Room.objects.filter(due_at__lte=soon).exists()


def _figures(points: list[Point], refused: int, twin: bool, seconds: float) -> Iterator[Figure]:
    yield Figure("points", "точек", len(points))
    yield Figure(
        "wrong", "из них кончились неверно", sum(bool(point.survived.complaints) for point in points), at_most=0
    )
    yield Figure("refused", "отказов из-за нашего темпа", refused, at_most=0)
    for kind, count in total(point.struck for point in points).items():
        yield Figure(kind.replace(" ", "_"), f"сбоев: {kind}", count)
    yield Figure(
        "longest", "секунд от убийства до конца, самое большее", max(point.survived.seconds for point in points)
    )
    yield Figure("twin_found", "нарочно созданный двойник замечен", twin, at_least=1)
    yield Figure("seconds", "секунд на всё", seconds)


def _details(points: list[Point], seed: int) -> dict[str, Any]:
    return {"seed": seed, "points": [_value(point) for point in points]}


def _value(point: Point) -> dict[str, Any]:
    survived = point.survived
    return {
        **survived.aim._asdict(),
        "changes": point.changes,
        "struck": dict(point.struck),
        "refused": point.refused,
        "seconds": round(survived.seconds, 3),
        "complaints": survived.complaints,
    }
