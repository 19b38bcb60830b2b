"""A create whose answer was lost: adopted, repeated, or left to a person; never a second chat."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import timedelta
from math import ceil

import pytest
from django.utils import timezone

from peremena.core.errors import Transient
from peremena.messengers.base import FoundRoom, Lost
from peremena.messengers.memory import MemoryMessenger
from peremena.school.models import Chat, Connection, Organization, Room
from peremena.sync import applying, bookkeeping
from peremena.sync.intents import Judgement, judge
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.sync.town import (
    OWN,
    Town,
    approved,
    chat_of,
    everything_is_due,
    lane,
    lesser,
    plan_of,
    synced,
    told,
    wanted,
)

# --- judging


def intent(chat: int, title: str, began: float = 100.0) -> Room:
    return Room(chat_id=chat, title=title, intended_at=began)


def found(number: str, title: str, began: float = 101.0) -> FoundRoom:
    return FoundRoom(number, title, OWN, began)


@pytest.mark.parametrize(
    ("intents", "rooms", "expected"),
    [
        ([intent(1, "А")], [], Judgement(repeat={1})),
        ([intent(1, "А")], [found("9", "А")], Judgement(adopt={1: found("9", "А")})),
        ([intent(1, "А")], [found("9", "А", began=90.0)], Judgement(repeat={1})),
        ([intent(1, "А")], [found("9", "А", began=99.0)], Judgement(adopt={1: found("9", "А", began=99.0)})),
        ([intent(1, "А")], [found("8", "А"), found("9", "А")], Judgement(ask={1})),
        ([intent(1, "А"), intent(2, "А")], [found("9", "А")], Judgement(ask={1, 2})),
        ([intent(1, "А"), intent(2, "А")], [], Judgement(repeat={1, 2})),
        ([intent(1, "А"), intent(2, "Б")], [found("9", "Б")], Judgement(adopt={2: found("9", "Б")}, repeat={1})),
        ([intent(1, "А")], [found("9", "Переименован")], Judgement(ask={1})),
        ([intent(1, "А")], [found("9", "Старый", began=90.0)], Judgement(repeat={1})),
    ],
    ids=[
        "nothing was made: again",
        "the one room is ours",
        "a room from before the intent is another one",
        "a messenger's clock tells whole seconds",
        "two rooms: a person decides",
        "two intents for one room: a person decides",
        "two intents and nothing made: both again",
        "each intent by itself",
        "a room that nobody meant may be ours under a new name: a person decides",
        "unless it is older",
    ],
)
def test_a_lost_create_is_judged(intents: list[Room], rooms: list[FoundRoom], expected: Judgement) -> None:
    assert judge(intents, intents, rooms) == expected


def test_an_intent_that_is_not_judged_yet_counts_as_a_namesake() -> None:
    ripe, fresh = intent(1, "А"), intent(2, "А")
    assert judge([ripe], [ripe, fresh], [found("9", "А")]) == Judgement(ask={1})


# --- in the lane


def test_a_room_whose_answer_was_lost_is_adopted_with_those_who_are_inside(town: Town, school: Organization) -> None:
    run = approved(school)
    town.world.answers_to_lose = 1
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)
    assert all(chat.inside == chat.linked for chat in Chat.objects.all())
    assert set(Step.objects.filter(operation="create_chat").values_list("reason", flat=True)) >= {"adopted"}


def test_those_who_did_not_come_with_an_adopted_room_are_added_to_it(town: Town, school: Organization) -> None:
    run = approved(school)

    def the_first_came_alone_and_the_answer_was_lost() -> None:
        town.after = lambda: None
        for room in town.world.rooms.values():
            for member in sorted(room.members.keys() - {OWN})[1:]:
                del room.members[member]
        raise Lost("timeout", retry_after=0.0)

    town.after = the_first_came_alone_and_the_answer_was_lost
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)
    assert all(chat.inside == chat.linked for chat in Chat.objects.all())


def test_a_create_that_did_not_happen_is_repeated(town: Town, school: Organization) -> None:
    run = approved(school)
    town.errors.append(Lost("timeout", retry_after=0.0))
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_who_was_to_come_with_a_create_comes_with_it_when_it_is_repeated(town: Town, school: Organization) -> None:
    """However long the messenger had asked to wait: that wait would keep their create back."""
    run = approved(school)
    town.errors.append(Lost("timeout", retry_after=3600.0))
    lane()
    Run.objects.filter(pk=run.pk).update(due_at=timezone.now())  # it has waited; its steps have not
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_an_intent_younger_than_the_patience_is_not_judged_while_other_chats_go_on(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "SOON", 0.0)
    town.patience, town.can = 60.0, lesser(batch_size=1)
    run = approved(school)
    town.errors.append(Lost("timeout", retry_after=0.0))
    lane()
    first = Step.objects.get(state=Step.SENT)
    assert (first.position, len(town.rooms())) == (0, 3)
    assert set(Step.objects.exclude(chat=first.chat_id).values_list("state", flat=True)) == {Step.DONE}
    lane()
    assert len(town.rooms()) == 3
    Step.objects.filter(pk=first.pk).update(due_at=timezone.now() - timedelta(seconds=1))  # time passes
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)


def test_the_patience_begins_with_the_sending(town: Town, school: Organization, connection: Connection) -> None:
    town.patience = 60.0
    approved(school)
    town.errors.append(Lost("timeout", retry_after=100.0))
    before = timezone.now()
    lane()
    due = set(Step.objects.filter(state=Step.SENT).values_list("due_at", flat=True))
    assert all(timedelta(seconds=60) <= each - before <= timedelta(seconds=70) for each in due)
    assert len(due) == 1


def test_when_two_rooms_could_be_it_a_person_decides_and_no_sync_makes_a_third(
    town: Town, school: Organization
) -> None:
    run = approved(school)
    title = chat_of("class").title

    def another_of_that_name() -> None:
        town.before = lambda: None
        town.world.create(title, OWN)

    town.before, town.world.answers_to_lose = another_of_that_name, 1
    lane()
    assert told(run)[0] == Run.PARTIAL
    assert set(Step.objects.filter(chat=chat_of("class")).values_list("state", "reason")) == {
        (Step.FAILED, "several_rooms"),
        (Step.CANCELLED, "several_rooms"),
    }
    rooms = len(town.world.rooms)
    plan = plan_of(school).plan
    assert [(step.operation, step.reason) for step in plan.by_hand] == [("create_chat", "several_rooms")]
    synced(school, verify=True)
    assert len(town.world.rooms) == rooms


def test_a_room_of_another_connection_of_the_same_account_is_not_taken_for_ours(
    town: Town, school: Organization, connection: Connection
) -> None:
    """Two connections may share an account; whose room it is, is on the books."""
    with rows.writing():
        elsewhere = rows.small_school("elsewhere")  # the same name, so the same titles
        rows.connection(elsewhere)
    town.let_in()
    approved(elsewhere)
    lane(Connection.objects.get(organization=elsewhere))
    before = set(town.world.rooms)
    run = approved(school)
    town.errors.append(Lost("timeout", retry_after=0.0))
    lane(connection)
    assert told(run)[0] == Run.DONE
    assert len(set(town.world.rooms) - before) == 4


def test_a_lost_create_that_cannot_be_looked_for_waits_and_the_other_chats_go_on(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "SOON", 0.0)

    def blind(messenger: MemoryMessenger, began: float, known: Collection[str]) -> list[FoundRoom]:
        raise Transient("garbled", retry_after=600.0)

    monkeypatch.setattr(MemoryMessenger, "found_since", blind)
    town.can = lesser(batch_size=1)
    approved(school)
    town.errors.append(Lost("timeout", retry_after=0.0))
    lane()
    assert len(town.rooms()) == 3
    step = Step.objects.get(state=Step.SENT)
    assert step.due_at > timezone.now() + timedelta(seconds=500)


@pytest.mark.parametrize(
    ("trouble", "seconds"),
    [
        (Transient("flood", retry_after=5.0), 100),
        (Transient("unreachable", retry_after=2.0, longest=60.0), 60),
        (Lost("timeout", retry_after=2.0), 60),
        (Transient("captcha", retry_after=3600.0), 3600),
    ],
    ids=lambda each: getattr(each, "reason", None),
)
def test_a_lost_create_that_cannot_be_looked_for_is_looked_for_ever_less_often(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch, trouble: Transient, seconds: int
) -> None:
    monkeypatch.setattr(applying, "SOON", 0.0)
    monkeypatch.setattr(bookkeeping, "SOME_WAIT", 0.0)
    town.can = lesser(batch_size=100)
    approved(school)
    town.errors.append(Lost("timeout", retry_after=0.0))
    town.patience = 60.0
    lane()
    Step.objects.filter(state=Step.SENT).update(due_at=timezone.now())
    Room.objects.update(intended_at=time.time() - 100)

    def struck(messenger: MemoryMessenger, began: float, known: Collection[str]) -> list[FoundRoom]:
        raise trouble

    monkeypatch.setattr(MemoryMessenger, "found_since", struck)
    lane()
    (due,) = set(Step.objects.filter(state=Step.SENT).values_list("due_at", flat=True))
    assert ceil((due - timezone.now()).total_seconds()) == pytest.approx(seconds, abs=2)


def test_a_create_that_is_lost_again_and_again_is_given_up(town: Town, school: Organization) -> None:
    town.can = lesser(batch_size=1)
    run = approved(school)
    Step.objects.filter(run=run).exclude(chat=chat_of("class")).update(state=Step.DONE)
    Run.objects.filter(pk=run.pk).update(total=run.steps.filter(state=Step.WAITING).count())
    town.errors.extend(Lost("timeout", retry_after=0.0) for _ in range(bookkeeping.MOST_ATTEMPTS))
    lane()
    assert told(run)[0] == Run.FAILED
    assert (town.rooms(), Room.objects.count(), town.errors) == ({}, 0, [])


def test_a_judgement_that_comes_late_is_not_carried_out(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lanes look for a lost create; the one that is slow has been taken for dead. The other has sent it again by then."""
    town.patience, town.errors = 1000.0, [Lost("cut_off", retry_after=0.0)]
    run = approved(school)
    lane()
    look, looks = MemoryMessenger.found_since, iter(["the slow one"])

    def found_since(self: MemoryMessenger, began: float, known: Collection[str] = ()) -> object:
        seen = look(self, began, known)
        for _ in looks:
            everything_is_due()
            town.world.answers_to_lose = 1  # sent, made, and not heard of
            lane()
        return seen

    monkeypatch.setattr(MemoryMessenger, "found_since", found_since)
    everything_is_due()
    lane()
    for _ in range(3):
        everything_is_due()
        lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)
