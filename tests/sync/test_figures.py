"""The figures of a chat equal a full recomputation, whatever has happened."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.utils import timezone

from peremena.core.errors import Transient
from peremena.core.state import ActualRoom
from peremena.messengers.base import Lost
from peremena.school.models import Account, Chat, Connection, Enrollment, Organization, Person, SchoolClass
from peremena.sync import applying
from peremena.sync.figures import renew_schools
from peremena.sync.models import Run, Step
from peremena.sync.planning import prepare
from peremena.sync.projection import renew
from tests import school_rows as rows
from tests.sync.town import OWN, Town, account, approved, chat_of, lane, plan_of, synced, told

Figures = dict[str, tuple[int, int, int, int, int]]


def figures() -> Figures:
    return {row[0]: row[1:] for row in Chat.objects.values_list("title", "seats", "linked", "inside", "left", "excess")}


def recomputed(school: Organization) -> Figures:
    """From the plan and the memberships, one chat at a time."""
    prepared = plan_of(school)
    found = {}
    for chat in Chat.objects.all():
        seats = prepared.plan.wanted[chat.chat_key].seats if chat.chat_key in prepared.plan.wanted else frozenset()
        linked = {prepared.school.accounts[person] for person in seats if person in prepared.school.accounts}
        going = [step.operation for step in prepared.plan.by_hand if step.chat == chat.chat_key]
        going += [operation.name for operation in prepared.plan.operations if operation.chat == chat.chat_key]
        people = (len(seats), len(linked), *_in_room(linked, prepared.school.known[chat.chat_key].room))
        found[chat.title] = (*people, going.count("remove_member"))
    return found


def _in_room(linked: set[str], room: ActualRoom | None) -> tuple[int, int]:
    """Inside, and gone by themselves."""
    return (len(linked & room.members), len((linked - room.members) & room.left)) if room else (0, 0)


class Life:
    """Things that happen in a school and in its chats, drawn from a seed."""

    def __init__(self, seed: int, town: Town, school: Organization) -> None:
        self.chance, self.town, self.school = random.Random(seed), town, school

    def happens(self) -> None:
        with rows.writing():
            self.chance.choice([self.comes, self.goes, self.links, self.unlinks])()
        self.chance.choice([self.leaves, self.joins, self.trouble, lambda: None])()
        self.town.let_in()

    def comes(self) -> None:
        newcomer = rows.person(f"Новая {self.chance.random()}", linked=self.chance.random() < 0.7)
        rows.enroll(newcomer, SchoolClass.objects.get())

    def goes(self) -> None:
        here = Enrollment.objects.filter(ended=None, role="student").order_by("pk")
        Enrollment.objects.filter(pk=self.chance.choice(list(here)).pk).update(ended="2026-11-01")

    def links(self) -> None:
        without = Person.objects.exclude(messenger_accounts__ended_at=None).order_by("pk")
        for person in without[:1]:
            Account.objects.create(person=person, messenger="vk", external_id=str(self.chance.randrange(10**9)))

    def unlinks(self) -> None:
        linked = list(Account.objects.filter(ended_at=None).order_by("pk"))
        Account.objects.filter(pk=self.chance.choice(linked).pk).update(ended_at=timezone.now())

    def leaves(self) -> None:
        room = self.chance.choice(list(self.town.world.rooms))
        if others := sorted(self.town.world.rooms[room].members.keys() - {OWN}):
            self.town.world.leave(room, self.chance.choice(others))

    def joins(self) -> None:
        room = self.chance.choice(list(self.town.world.rooms))
        self.town.world.join(room, self.chance.choice(sorted(self.town.world.accounts - {OWN})))

    def trouble(self) -> None:
        lost, away = Lost("cut_off", retry_after=0.0), Transient("unreachable", retry_after=0.0)
        self.town.errors.append(self.chance.choice([lost, away]))


@pytest.mark.parametrize("seed", range(4))
def test_figures_equal_a_full_recomputation_after_any_history(
    town: Town, school: Organization, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(applying, "SOON", 0.0)
    with rows.writing():
        user = rows.user("administrator")
    synced(school)
    life = Life(seed, town, school)
    for _ in range(8):
        life.happens()
        run = synced(school, verify=life.chance.random() < 0.5, user=user, reason="история")
        if run.state in Run.OPEN:
            Step.objects.filter(state=Step.WAITING).update(due_at=timezone.now())
            lane()
        assert told(run)[0] in (Run.DONE, Run.PARTIAL)
        assert (run.total, run.done + run.failed) == (run.steps.count(), run.total)
        assert run.done == run.steps.filter(state=Step.DONE).count()
        assert figures() == recomputed(school)


def test_the_comparison_sees_a_figure_that_has_drifted(town: Town, school: Organization) -> None:
    synced(school)
    Chat.objects.filter(kind="class").update(inside=77)
    assert figures() != recomputed(school)
    renew_schools([school])
    assert figures() == recomputed(school)


def test_a_reading_brings_the_figures_up_to_date_by_itself(town: Town, school: Organization) -> None:
    synced(school)
    room = next(iter(town.world.rooms))
    town.world.leave(room, max(town.world.rooms[room].members.keys() - {OWN}))
    before = figures()
    plan_of(school, verify=True)
    assert figures() == recomputed(school) != before


def test_who_has_to_go_is_counted_from_the_approval_until_he_is_out(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        Enrollment.objects.filter(role="student", group=None).order_by("pk").last().delete()  # type: ignore[union-attr]
    approved(school)
    before = Chat.objects.get(kind="class").excess
    lane()
    assert (before, Chat.objects.get(kind="class").excess) == (1, 0)
    assert figures() == recomputed(school)


def test_who_left_by_himself_is_counted_apart(town: Town, school: Organization) -> None:
    synced(school)
    room = town.room(chat_of("class"))
    town.world.leave(room, max(town.world.rooms[room].members.keys() - {OWN}))
    plan_of(school, verify=True)
    assert Chat.objects.values_list("linked", "inside", "left").get(kind="class") == (3, 2, 1)


def test_who_came_by_himself_and_is_added_then_is_counted_once(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        newcomer = rows.person("Новикова", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    run = approved(school)
    town.world.join(town.room(chat_of("class")), account(newcomer))
    plan_of(school, verify=True)
    lane()
    assert told(run) == (Run.DONE, "", 1, 0)
    assert figures() == recomputed(school)


def test_figures_of_a_school_without_a_messenger_are_made_too(db: None) -> None:
    with rows.writing():
        school = rows.small_school("alone")
        rows.chat(school, "class", "Чат", unit=SchoolClass.objects.get())  # type: ignore[arg-type]
    renew_schools([school, rows_without_a_year()])
    assert figures() == {"Чат": (3, 0, 0, 0, 0)}
    assert Connection.objects.count() == 0


def rows_without_a_year() -> Organization:
    with rows.writing():
        return rows.region("region")


def test_figures_are_renewed_in_as_many_queries_for_one_chat_as_for_many(
    school: Organization, django_assert_num_queries: Any
) -> None:
    synced(school)
    prepared = prepare(school)
    assert Chat.objects.count() > 1
    Chat.objects.update(seats=0)
    with django_assert_num_queries(2):
        renew(prepared.school, prepared.plan)
