"""What goes wrong in a messenger stays with the step it went wrong for, and the rest goes on."""

from __future__ import annotations

from functools import partial
from math import ceil

import pytest
from django.utils import timezone

from peremena.core.errors import Refused, Transient
from peremena.messengers.base import Lost, Outcome
from peremena.messengers.memory import MemoryMessenger, World
from peremena.school.models import Account, Membership, Organization, Room
from peremena.sync import bookkeeping
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.sync.town import (
    Town,
    account,
    approved,
    called,
    chat_of,
    everything_is_due,
    lane,
    lesser,
    plan_of,
    synced,
    told,
    wanted,
)

pytestmark = pytest.mark.usefixtures("nothing_is_soon")


def failed_steps() -> set[tuple[str, str, str, str]]:
    """(kind of the chat, operation, state, reason)"""
    found = Step.objects.exclude(state__in=(Step.DONE, Step.WAITING))
    return set(found.values_list("chat__kind", "operation", "state", "reason"))


# --- one step


def test_whom_the_messenger_does_not_take_is_a_person_s_task_and_is_asked_again_after_a_reading(
    town: Town, school: Organization
) -> None:
    pupil = account(called("Сидорова"))
    town.world.closed.add(pupil)
    run = synced(school)
    assert told(run) == (Run.PARTIAL, "", run.total - 2, 2)
    assert failed_steps() == {(kind, "add_member", "failed", "privacy") for kind in ("class", "subject")}
    assert town.rooms() == {title: people - {pupil} for title, people in wanted(school).items()}
    plan = plan_of(school).plan
    assert (plan.operations, [(step.reason, step.member) for step in plan.by_hand]) == ((), [("privacy", pupil)] * 2)
    town.world.closed.clear()
    assert told(synced(school, verify=True)) == (Run.DONE, "", 2, 0)
    assert town.rooms() == wanted(school)


def test_a_chat_that_cannot_be_made_fails_alone_and_comes_with_the_next_sync(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = World.create

    def not_this_one(world: World, title: str, owner: str) -> str:
        if "Математика" in title:
            raise Refused("limits")
        return make(world, title, owner)

    town.can = lesser(batch_size=1)  # its people are not sent with it: they have nowhere to go
    with monkeypatch.context() as for_now:
        for_now.setattr(World, "create", not_this_one)
        run = synced(school)
    assert told(run)[0] == Run.PARTIAL
    assert failed_steps() == {
        ("subject", "create_chat", "failed", "limits"),
        ("subject", "add_member", "cancelled", "no_room"),
        ("subject", "set_role", "cancelled", "no_room"),
    }
    assert town.rooms() == {title: people for title, people in wanted(school).items() if "Математика" not in title}
    assert Room.objects.filter(external_id="").count() == 0
    synced(school)
    assert town.rooms() == wanted(school)


def test_a_room_that_is_gone_is_not_made_again_behind_anybody_s_back(town: Town, school: Organization) -> None:
    synced(school)
    del town.world.rooms[town.room(chat_of("class"))]
    with rows.writing():
        Account.objects.filter(person=called("Сидорова")).update(ended_at=timezone.now())
    run = synced(school)
    assert told(run) == (Run.PARTIAL, "", 1, 1)
    assert failed_steps() == {("class", "remove_member", "failed", "room_gone")}
    assert Room.objects.get(chat=chat_of("class")).problem == "room_gone"
    plan = plan_of(school, verify=True).plan
    assert (plan.operations, [(step.operation, step.reason) for step in plan.by_hand]) == (
        (),
        [("create_chat", "room_gone")],
    )


def test_the_rest_of_a_chat_whose_room_is_gone_is_not_tried(town: Town, school: Organization) -> None:
    synced(school)
    del town.world.rooms[town.room(chat_of("class"))]
    with rows.writing():
        Account.objects.filter(person__family_name__in=("Сидорова", "Кузнецова")).update(ended_at=timezone.now())
        user = rows.user("administrator")
    town.can = lesser(batch_size=1)
    synced(school, user=user, reason="так надо")
    assert failed_steps() == {
        ("class", "remove_member", "failed", "room_gone"),
        ("class", "remove_member", "cancelled", "room_gone"),
    }


def test_a_step_that_never_succeeds_is_given_up_in_the_end(town: Town, school: Organization) -> None:
    run = approved(school)
    town.can = lesser(batch_size=100)
    for attempt in range(bookkeeping.MOST_ATTEMPTS):
        assert run.steps.filter(state=Step.FAILED).count() == 0, attempt
        town.errors.append(Lost("vk_trouble", retry_after=1.0))
        lane()
        everything_is_due()
        Step.objects.filter(operation="create_chat", state=Step.SENT).update(state=Step.WAITING)
    lane()
    assert told(run)[0] in (Run.FAILED, Run.PARTIAL)
    assert ("class", "add_member", "failed", "vk_trouble") in failed_steps()


def test_an_adapter_s_fault_costs_its_steps_only(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name="Школа № 5")
    run = approved(Organization.objects.get(pk=school.pk))
    town.can = lesser(batch_size=1)
    town.errors.append(KeyError("a bug"))
    lane()
    everything_is_due()
    lane()
    assert told(run) == (Run.DONE, "", 4, 0)


# --- lost answers


def test_what_is_harmless_twice_is_sent_again_after_a_lost_answer_and_counted_once(
    town: Town, school: Organization
) -> None:
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новикова", linked=True)
        rows.enroll(newcomer, called("Сидорова").enrollments.get(school_class__isnull=False).school_class)
    town.let_in()
    run = approved(school)
    town.world.answers_to_lose = 1
    lane()
    everything_is_due()
    lane()
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert (chat_of("class").inside, chat_of("class").linked) == (4, 4)


def test_a_run_counts_the_requests_it_took(town: Town, school: Organization) -> None:
    town.can = lesser(batch_size=5)
    run = synced(school)
    assert (run.requests, len(town.sent)) == (len(town.sent), -(-run.total // 5))


def test_a_request_for_two_schools_is_counted_once(town: Town, school: Organization) -> None:
    with rows.writing():
        other = rows.small_school("other", "Другая", parent=school.parent)
    town.let_in()
    runs = [approved(school), approved(other)]
    lane()
    for run in runs:
        run.refresh_from_db()
    assert sum(run.requests for run in runs) == len(town.sent)


def test_answers_about_a_room_that_left_our_books_meanwhile_do_no_harm(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        Account.objects.filter(person=called("Сидорова")).update(ended_at=timezone.now())
    run = approved(school)
    town.after = lambda: Room.objects.all().delete() and None
    lane()
    assert told(run) == (Run.DONE, "", 2, 0)
    assert Membership.objects.count() == 0


def test_the_same_trouble_again_waits_twice_as_long_and_another_begins_anew(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced(school)
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name="Школа № 5")
    run = approved(Organization.objects.get(pk=school.pk))
    town.can = lesser(batch_size=100)
    flood, lost = Transient("flood", retry_after=5.0), Lost("vk_trouble", retry_after=1.0)
    waits = []
    for trouble in (flood, flood, flood, lost, flood):
        answer = partial(Outcome, error=trouble)
        monkeypatch.setattr(
            MemoryMessenger, "_outcome", lambda self, operation, rooms, answer=answer: answer(operation)
        )
        lane()
        (due,) = set(run.steps.values_list("due_at", flat=True))
        waits.append(ceil((due - timezone.now()).total_seconds()))
        everything_is_due()
    assert waits == [5, 10, 20, 1, 5]
