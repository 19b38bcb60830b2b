"""A connection where people come by a link: who is invited, who comes, who is a stranger."""

from __future__ import annotations

import pytest

from peremena.core.operations import CreateChat, InviteMember
from peremena.messengers.memory import BY_LINK
from peremena.school.credentials import unseal
from peremena.school.models import Connection, Membership, Organization, Person, Room, SchoolClass
from peremena.sync.models import Run
from tests import school_rows as rows
from tests.sync.town import Town, account, called, chat_of, plan_of, synced, told, unlink


@pytest.fixture
def town(town: Town) -> Town:
    town.can = BY_LINK
    return town


def link_of(kind: str) -> str:
    return unseal(bytes(Room.objects.get(chat=chat_of(kind)).invite_link))


def states(kind: str) -> dict[str, tuple[str, bool]]:
    """Account → (state, ours) as written down."""
    found = Membership.objects.filter(room__chat=chat_of(kind))
    return {each.member: (each.state, each.ours) for each in found}


def strangers_out(connection: Connection) -> None:
    with rows.writing():
        connection.strangers = Connection.REMOVE
        connection.save()


def test_everybody_is_invited_and_nobody_is_inside_until_he_comes(town: Town, school: Organization) -> None:
    run = synced(school)
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert {*run.steps.values_list("operation", flat=True)} == {CreateChat.name, InviteMember.name}
    assert set(town.rooms().values()) == {frozenset()}
    assert {state for state, _ in states("class").values()} == {Membership.INVITED}
    assert (chat_of("class").linked, chat_of("class").inside) == (3, 0)
    assert plan_of(school).plan.is_empty


def test_the_link_is_kept_sealed(town: Town, school: Organization) -> None:
    synced(school)
    room = Room.objects.get(chat=chat_of("class"))
    assert link_of("class") == town.world.rooms[room.external_id].link
    assert link_of("class").encode() not in bytes(room.invite_link)


def test_who_follows_his_invitation_is_inside_and_ours(town: Town, school: Organization) -> None:
    synced(school)
    pupil = account(called("Сидорова"))
    assert town.world.follow(link_of("class"), pupil)
    assert plan_of(school, verify=True).plan.is_empty
    assert states("class")[pupil] == (Membership.IN, True)
    assert chat_of("class").inside == 1


def test_an_invitation_that_is_written_down_late_does_not_put_its_guest_out_again(
    town: Town, school: Organization, connection: Connection
) -> None:
    synced(school)
    newcomer = new_pupil(town)

    def seen_at_once() -> None:
        town.after = lambda: None
        town.world.join(town.room(chat_of("class")), account(newcomer))
        Membership.objects.create(
            room=Room.objects.get(chat=chat_of("class")), member=account(newcomer), state=Membership.IN
        )

    town.after = seen_at_once
    synced(school)
    assert states("class")[account(newcomer)] == (Membership.IN, True)


def new_pupil(town: Town) -> Person:
    with rows.writing():
        newcomer = rows.person("Новая", linked=True)
        rows.enroll(newcomer, SchoolClass.objects.get())
    town.let_in()
    return newcomer


def test_who_leaves_the_roster_is_put_out_and_the_link_is_another_one(town: Town, school: Organization) -> None:
    synced(school)
    pupil, other, old = account(called("Сидорова")), account(called("Кузнецова")), link_of("class")
    town.world.follow(old, pupil)
    plan_of(school, verify=True)
    unlink([called("Сидорова")])
    synced(school)
    assert town.rooms()[chat_of("class").title] == frozenset()
    assert link_of("class") != old
    assert not town.world.follow(old, other) and town.world.follow(link_of("class"), other)


def test_a_stranger_is_told_of_and_stays(town: Town, school: Organization) -> None:
    synced(school)
    town.world.follow(link_of("class"), "stranger")
    plan = plan_of(school, verify=True).plan
    assert (plan.operations, [step[2:] for step in plan.by_hand]) == ((), [("stranger", "stranger")])


def test_where_strangers_are_not_wanted_they_are_put_out_and_the_link_is_another_one(
    town: Town, school: Organization, connection: Connection
) -> None:
    strangers_out(connection)
    synced(school)
    old = link_of("class")
    town.world.follow(old, "stranger")
    assert told(synced(school, verify=True))[0] == Run.DONE
    assert town.rooms()[chat_of("class").title] == frozenset()
    assert not town.world.follow(old, "another stranger")
    assert link_of("class") != old
    assert plan_of(school, verify=True).plan.is_empty


def test_who_was_invited_and_comes_too_late_is_put_out(town: Town, school: Organization) -> None:
    """The link was his; the place is not any more."""
    synced(school)
    pupil = account(called("Сидорова"))
    unlink([called("Сидорова")])
    town.world.follow(link_of("class"), pupil)
    synced(school, verify=True)
    assert town.rooms()[chat_of("class").title] == frozenset()
