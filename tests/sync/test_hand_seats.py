"""What a person decides about a person in a chat is in the messenger within moments, and survives every sync."""

from __future__ import annotations

import pytest
from django.utils import timezone

from peremena.messengers.memory import BY_LINK
from peremena.school.models import Chat, Connection, Membership, Organization, Person, Room, Seat
from peremena.sync.edits import block, invite_again, pin, unblock, unpin
from peremena.sync.models import Step
from tests import school_rows as rows
from tests.sync.after_events import looked_after, mended
from tests.sync.queue import forget_the_queue, waiting
from tests.sync.town import TESTS, Town, account, approved, called, chat_of, lane, plan_of, synced

pytestmark = pytest.mark.usefixtures("nothing_is_waited_for")


def inside(town: Town, kind: str = "class") -> frozenset[str]:
    return town.rooms()[chat_of(kind).title]


def figures(kind: str = "class") -> tuple[int, int, int]:
    chat = chat_of(kind)
    return chat.seats, chat.linked, chat.inside


@pytest.fixture
def pupil(school: Organization) -> Person:
    return called("Сидорова")


def test_who_is_blocked_is_out_and_stays_out(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    synced(school)
    block(chat_of("class"), pupil, actor=TESTS, reason="просьба родителей")
    assert figures() == (2, 2, 2)
    mended(connection)
    assert account(pupil) not in inside(town)
    assert account(pupil) in inside(town, "subject")
    assert Seat.objects.get().reason == "просьба родителей"
    synced(school, verify=True)
    assert account(pupil) not in inside(town)


def test_who_is_let_in_again_comes_back(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    synced(school)
    block(chat_of("class"), pupil, actor=TESTS)
    mended(connection)
    assert unblock(chat_of("class"), pupil, actor=TESTS)
    assert not unblock(chat_of("class"), pupil, actor=TESTS)
    mended(connection)
    assert account(pupil) in inside(town)
    assert figures() == (3, 3, 3)
    assert plan_of(school, verify=True).plan.is_empty


def test_a_stranger_who_is_blocked_by_name_goes_too(town: Town, school: Organization, connection: Connection) -> None:
    synced(school)
    with rows.writing():
        guest = rows.person("Гость", linked=True)
    town.let_in()
    town.world.join(town.room(chat_of("class")), account(guest))
    plan_of(school, verify=True)
    block(chat_of("class"), guest, actor=TESTS)
    mended(connection)
    assert account(guest) not in inside(town)


def test_who_is_pinned_comes_and_stays_and_goes_when_that_is_taken_back(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    with rows.writing():
        guest = rows.person("Гость", linked=True)
    town.let_in()
    pin(chat_of("class"), guest, actor=TESTS)
    assert figures() == (4, 4, 3)
    mended(connection)
    assert account(guest) in inside(town)
    synced(school, verify=True)
    assert account(guest) in inside(town)
    assert unpin(chat_of("class"), guest, actor=TESTS)
    mended(connection)
    assert account(guest) not in inside(town)


def test_a_new_decision_takes_the_place_of_the_old_one(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    synced(school)
    pin(chat_of("class"), pupil, actor=TESTS, reason="помогает", until=timezone.localdate())
    block(chat_of("class"), pupil, actor=TESTS)
    assert list(Seat.objects.values_list("layer", "reason", "until")) == [(Seat.BLOCKED, "", None)]
    assert not unpin(chat_of("class"), pupil, actor=TESTS)


def test_who_left_by_himself_is_let_in_only_when_asked_again(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    town.can = BY_LINK
    synced(school)
    room = Room.objects.get(chat=chat_of("class"))
    Membership.objects.filter(room=room, member=account(pupil)).update(state=Membership.LEFT)
    assert not invite_again(chat_of("class"), called("Кузнецова"), actor=TESTS)
    assert invite_again(chat_of("class"), pupil, actor=TESTS)
    mended(connection)
    assert Membership.objects.get(room=room, member=account(pupil)).state == Membership.INVITED


def test_whom_the_messenger_does_not_bring_back_is_told_as_refused(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    synced(school)
    town.world.leave(town.room(chat_of("class")), account(pupil))
    plan_of(school, verify=True)
    assert invite_again(chat_of("class"), pupil, actor=TESTS)
    mended(connection)
    found = Membership.objects.get(room__chat=chat_of("class"), member=account(pupil))
    assert (found.state, found.reason) == (Membership.REFUSED, "access_denied")
    assert invite_again(chat_of("class"), pupil, actor=TESTS)


def test_who_is_blocked_before_his_chat_is_made_is_not_let_in(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    run = approved(school)
    block(chat_of("class"), pupil, actor=TESTS)
    lane()
    assert account(pupil) not in inside(town)
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("done", run.total, run.total)


def test_who_is_blocked_while_his_chat_is_being_made_is_out_when_it_is_there(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    approved(school)

    def meanwhile() -> None:
        town.before = lambda: None
        assert Step.objects.filter(state=Step.SENT, data__member=account(pupil)).exists()
        block(chat_of("class"), pupil, actor=TESTS)

    town.before = meanwhile
    lane()
    assert account(pupil) in inside(town)
    mended(connection)
    assert account(pupil) not in inside(town)


def test_who_is_pinned_before_his_chat_is_made_is_let_in_when_it_is_there(
    town: Town, school: Organization, connection: Connection
) -> None:
    approved(school)
    with rows.writing():
        guest = rows.person("Гость", linked=True)
    town.let_in()
    pin(chat_of("class"), guest, actor=TESTS)
    lane()
    assert Room.objects.exclude(due_at=None).get().chat == chat_of("class")
    mended(connection)
    assert account(guest) in inside(town)


def test_a_decision_wakes_the_mending_once_and_sends_nothing_itself(
    town: Town, school: Organization, connection: Connection, pupil: Person
) -> None:
    synced(school)
    sent = len(town.sent)
    forget_the_queue()
    block(chat_of("class"), pupil, actor=TESTS)
    unblock(chat_of("class"), pupil, actor=TESTS)
    assert (waiting("sync.mend"), len(town.sent)) == (1, sent)


def test_a_decision_about_a_chat_without_a_room_waits_for_it(
    town: Town, school: Organization, connection: Connection
) -> None:
    with rows.writing():
        chat = Chat.objects.get(pk=rows.chat(school, "custom", "Поход").pk)  # type: ignore[arg-type]
        guest = rows.person("Гость", linked=True)
    pin(chat, guest, actor=TESTS)
    looked_after(connection)
    assert (chat.hand_seats.count(), Step.objects.count()) == (1, 0)
    town.let_in()
    synced(school)
    assert town.rooms()["Поход"] == {account(guest)}
