"""A worker may die at any point of its code; whoever comes next finishes the work, and nobody gets a second chat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction

from peremena.core.errors import Refused
from peremena.core.roster import EnrollmentRole
from peremena.messengers.base import Lost, Outcome
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Organization, Room, SchoolClass
from peremena.sync import bookkeeping
from peremena.sync.bookkeeping import intend, not_carried_out, record, recover
from peremena.sync.choosing import Batch, next_batch
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.sync.town import OWN, Town, approved, lane, lesser, plan_of, told, wanted


class Killed(BaseException):
    """kill -9, as far as a test can: no handler of ours runs after it."""


class Points:
    """Every statement and every request is a point where the process can die: just before it, and after a request too.
    The database does the rest, as it would: what was not committed has not happened."""

    def __init__(self, town: Town, deadly: int | None) -> None:
        self.passed = 0
        self.deadly = deadly
        self.town = town

    def __call__(self, *_: Any) -> None:
        self.passed += 1
        if self.passed == self.deadly:
            raise Killed

    def _before_statement(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self()
        return execute(*arguments)

    @contextmanager
    def watched(self) -> Iterator[None]:
        self.town.before = self.town.after = self
        try:
            with database.execute_wrapper(self._before_statement):
                yield
        except Killed:
            pass
        finally:
            self.town.before = self.town.after = lambda: None


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


@pytest.fixture
def school(school: Organization) -> Organization:
    """One class more and one person the messenger does not take: six chats, several requests."""
    with rows.writing():
        second = rows.school_class(school, "2Б")
        pupil = rows.person("Морозова", linked=True)
        rows.enroll(pupil, second)
        rows.guard(pupil, rows.person("Морозов", linked=True))
        rows.enroll(rows.person("Волкова", linked=True), second, EnrollmentRole.TEACHER)
    return school


@pytest.fixture
def town(town: Town) -> Town:
    town.can = lesser(set_role=False, batch_size=12)
    return town


@dataclass(frozen=True)
class Started:
    """An approved run of which nothing has been sent, and what should come of it."""

    town: Town
    school: Organization
    run: Run
    wanted: dict[str, frozenset[str]]

    def every_point(self, prelude: Callable[[], None] = lambda: None) -> Iterator[int]:
        """Lets the lane die at each of its points in turn, always from the same beginning."""
        points, deadly = Points(self.town, None), 0
        while points.passed >= deadly:
            deadly += 1
            with undone():
                self.town.world.rooms.clear()
                prelude()
                points = Points(self.town, deadly)
                with points.watched():
                    lane()
                yield deadly

    def is_finished_as_if_nothing_had_happened(self) -> bool:
        assert told(self.run) == (Run.DONE, "", self.run.total, 0)
        assert set(self.run.steps.values_list("state", flat=True)) == {Step.DONE}
        assert self.town.rooms() == self.wanted
        assert all(chat.inside == chat.linked for chat in Chat.objects.all())
        assert plan_of(self.school).plan.operations == ()
        return True


@pytest.fixture
def started(town: Town, school: Organization) -> Started:
    town.let_in()
    return Started(town, school, approved(school), wanted(school))


def test_a_worker_killed_at_any_point_leaves_nothing_twice_and_nothing_undone(started: Started) -> None:
    deadly = 0
    for deadly in started.every_point():
        lane()
        assert started.is_finished_as_if_nothing_had_happened(), deadly
    assert deadly > 50


def test_the_next_worker_may_be_killed_at_any_point_too(started: Started) -> None:
    """The first died when rooms had been made and nobody had heard of them: all that judging does is at stake."""

    def die_after_the_first_request() -> None:
        started.town.after = Points(started.town, 1)
        with pytest.raises(Killed):
            lane()
        started.town.after = lambda: None

    started.town.can = lesser(set_role=False, batch_size=25)
    deadly = 0
    for deadly in started.every_point(die_after_the_first_request):
        lane()
        assert started.is_finished_as_if_nothing_had_happened(), deadly
    assert deadly > 50


@pytest.mark.parametrize("request_number", range(1, 3))
@pytest.mark.parametrize("done_already", [True, False], ids=["after its request", "before its request"])
def test_a_worker_that_was_thought_dead_wakes_up_and_spoils_nothing(
    started: Started, monkeypatch: pytest.MonkeyPatch, done_already: bool, request_number: int
) -> None:
    """While one lane hangs in a request, another one does all the work. A request that is still to be sent is covered by
    the patience with lost creates, and here it lasts."""
    if not done_already:
        monkeypatch.setattr(bookkeeping, "GRACE", 1000.0)
    hung = 0

    def hang() -> None:
        nonlocal hung
        hung += 1
        if hung == request_number:
            started.town.before = started.town.after = lambda: None
            lane()

    setattr(started.town, "after" if done_already else "before", hang)
    lane()
    lane()
    assert hung == request_number
    assert started.is_finished_as_if_nothing_had_happened()


LATE = {
    "done": lambda batch, connection: record(
        batch, [Outcome(each) for each in batch.operations], connection, requests=1
    ),
    "refused": lambda batch, connection: record(
        batch, [Outcome(each, Refused("privacy")) for each in batch.operations], connection, requests=1
    ),
    "lost": lambda batch, connection: record(
        batch, [Outcome(each, Lost("timeout")) for each in batch.operations], connection, requests=1
    ),
    "not carried out": not_carried_out,
}


@pytest.mark.parametrize("answer", LATE)
@pytest.mark.parametrize("next_lane", ["has sent them again", "has finished them"])
def test_a_late_answer_changes_no_step_that_the_next_lane_has_taken_over(
    started: Started, answer: str, next_lane: str
) -> None:
    lane()
    with rows.writing():
        newcomers = [rows.person(f"Новая {number}", linked=True) for number in range(3)]
        for newcomer in newcomers:
            rows.enroll(newcomer, SchoolClass.objects.earliest("pk"))
    started.town.let_in()
    run, connection = approved(started.school), Connection.objects.get()
    messenger = MemoryMessenger(started.town.world, OWN)
    late, again = (sent(connection, messenger) for _ in range(2))
    if next_lane == "has finished them":
        record(again, messenger.apply(again.operations, again.rooms), connection, requests=1)
    before = set(Step.objects.values_list("pk", "state", "attempts", "reason")), Room.objects.count()
    figures = set(Chat.objects.values_list("pk", "inside"))
    LATE[answer](late, connection)
    assert (set(Step.objects.values_list("pk", "state", "attempts", "reason")), Room.objects.count()) == before
    assert set(Chat.objects.values_list("pk", "inside")) == figures
    assert told(run)[2:] == ((3, 0) if next_lane == "has finished them" else (0, 0))


def sent(connection: Connection, messenger: MemoryMessenger) -> Batch:
    """What a lane marks as sent when it starts, without sending it."""
    recover(connection)
    batch = next_batch(connection.pk, messenger)
    assert batch is not None and intend(batch, connection, messenger)
    return batch


def test_the_check_sees_a_second_room(started: Started) -> None:
    lane()
    started.town.world.create(Chat.objects.earliest("pk").title, OWN)
    with pytest.raises(AssertionError, match="a title twice"):
        started.is_finished_as_if_nothing_had_happened()


def test_the_check_sees_a_person_who_is_missing(started: Started) -> None:
    lane()
    room = next(iter(started.town.world.rooms))
    started.town.world.leave(room, max(started.town.world.rooms[room].members))
    with pytest.raises(AssertionError):
        started.is_finished_as_if_nothing_had_happened()
