"""The real shell of sync with another clock, another queue and another messenger behind it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.utils import timezone

from peremena.messengers.base import Credential, Events, Limiter, Messenger
from peremena.messengers.registry import MESSENGERS, Kind
from peremena.sync import applying, mending, planning, runs, tasks
from peremena.sync.models import Run
from tests.simulation.messenger import WatchedMessenger
from tests.simulation.schedule import Schedule
from tests.simulation.world import Base

NAP = 1.0  # seconds: of the lane while something is due soon; each look costs statements


@dataclass(frozen=True, slots=True)
class Config:
    api_url: str = ""


def nobody_listens(*arguments: object) -> Events:
    raise NotImplementedError


@dataclass
class Stage:
    """Where one schedule after the other is played."""

    schedule: Schedule

    def open(self, config: Config, credential: Credential, limiter: Limiter) -> Messenger:
        return WatchedMessenger(self.schedule.surroundings, credential.token.reveal(), self.schedule.can)

    def now(self) -> datetime:
        return self.schedule.clock.today()

    # What `time` is to the lane.

    def monotonic(self) -> float:
        return self.schedule.clock.now

    def sleep(self, seconds: float) -> None:
        self.schedule.crew.sleep(seconds)


@contextmanager
def staged(base: Base) -> Iterator[Stage]:
    """Inside, the product lives in the stage's schedule."""
    stage = Stage(Schedule(base, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", stage.now)
        patch.setattr(Run._meta.get_field("due_at"), "_get_default", stage.now)  # it has taken the real one long ago
        patch.setattr(applying, "time", stage)
        patch.setattr(applying, "NAP", NAP)
        patch.setattr(planning, "one_moment", lambda: stage.schedule.crew.one_moment())
        patch.setattr(runs, "enqueue", lambda name, *, lock, connection: stage.schedule.wants_lane(connection))
        for module in (tasks, mending):
            patch.setattr(module, "is_waiting", lambda lock: stage.schedule.is_waiting(lock))
        patch.setattr(mending, "enqueue", lambda name, *, lock, connection: stage.schedule.wants_mending(connection))
        patch.setattr(mending, "time", stage)
        patch.setitem(
            MESSENGERS, "vk", Kind(Config, lambda config, kind: stage.schedule.can, stage.open, nobody_listens)
        )
        logging.disable(logging.CRITICAL)
        try:
            yield stage
        finally:
            logging.disable(logging.NOTSET)
