"""Many schedules one after the other, each from the same beginning; of a failure the seed, and no more actions than it needs."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import pytest
from django.db import connection as database

from peremena.audit.acts import Actor as Doer
from peremena.sync.planning import prepare
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.simulation.actors import Violation
from tests.simulation.messenger import Witness
from tests.simulation.schedule import Schedule
from tests.simulation.shell import Stage, staged
from tests.simulation.world import Base, build, sequences, unsettle


@dataclass(frozen=True, slots=True)
class Failure:
    seed: int
    what: str
    story: str

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.what}\n{self.story}\nagain: pytest tests/simulation --simulation-seed={self.seed}"
        )


class Campaign:
    """`base` stands in the database, which is brought back to it before each schedule."""

    def __init__(self, stage: Stage, base: Base) -> None:
        self.stage = stage
        self.base = base

    def play(self, seed: int, without: Collection[int] = ()) -> Failure | None:
        schedule = self.stage.schedule = Schedule(self.base, seed, without)
        try:
            schedule.run()
        except (Exception, Violation) as error:
            return Failure(seed, _told(error), self.story())
        finally:
            with database.cursor() as cursor:
                cursor.execute("rollback to savepoint beginning")
            database.needs_rollback = False
        return None

    def story(self) -> str:
        """Of the schedule that was played last."""
        return "\n".join(self.stage.schedule.story)

    def first_failure(self, seeds: Collection[int]) -> Failure | None:
        return next((failure for seed in seeds if (failure := self.play(seed))), None)

    def shrunk(self, failure: Failure) -> Failure:
        """The same failure with the actions left out that it does not need."""
        without: set[int] = set()
        for number in range(len(Schedule(self.base, failure.seed).actions)):
            found = self.play(failure.seed, without | {number})
            if found and _kind(found) == _kind(failure):
                without.add(number)
                failure = found
        return failure


def _kind(failure: Failure) -> str:
    """Numbers of rows differ when actions are left out."""
    return "".join(letter for letter in failure.what.split(";")[0] if not letter.isdigit())[:40]


def _told(error: BaseException) -> str:
    if isinstance(error, Violation):
        return str(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.filename.rpartition('/')[2]}:{where.lineno})"


@contextmanager
def campaign() -> Iterator[Campaign]:
    """Inside a test's transaction: builds the beginning, with the first school's chats made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "NUMBERS", count(1))  # the same people for every seed
        town = build()
        base = Base(town, {}, Witness(), [school.name for school in town.schools], sequences())
        with staged(base) as stage:
            first = stage.schedule = Schedule(base, 0)
            approve(prepare(town.schools[0]), actor=Doer.system("tests"))
            first.drain()
            unsettle(town)
            base.rooms, base.witness, base.sequences = first.world.rooms, first.witness, sequences()
            with database.cursor() as cursor:
                cursor.execute("savepoint beginning")
            yield Campaign(stage, base)
