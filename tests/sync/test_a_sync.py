"""Plan, approve, carry out: what a sync does, and what it leaves alone."""

from __future__ import annotations

from peremena.core.operations import ChatKind
from peremena.school.models import (
    Account,
    Chat,
    Enrollment,
    Group,
    Membership,
    Organization,
    Room,
    SchoolClass,
    Seat,
)
from peremena.sync.models import Run, Step
from peremena.sync.runs import approve
from tests import school_rows as rows
from tests.sync.town import (
    OWN,
    TESTS,
    Town,
    account,
    approved,
    called,
    chat_of,
    lane,
    lesser,
    plan_of,
    synced,
    told,
    unlink,
    wanted,
)


def memberships() -> set[tuple[str, str, str, bool]]:
    """(kind of the chat, account, state, ours)"""
    found = Membership.objects.values_list("room__chat__kind", "member", "state", "ours")
    return set(found)


def test_after_a_sync_every_chat_is_as_planned_and_the_next_plan_is_empty(town: Town, school: Organization) -> None:
    run = synced(school)
    assert told(run) == (Run.DONE, "", run.total, 0)
    assert town.rooms() == wanted(school)
    assert [plan_of(school, verify=verify).plan.operations for verify in (False, True)] == [(), ()]


def test_a_sync_with_nothing_to_do_sends_nothing_and_is_done_at_once(town: Town, school: Organization) -> None:
    synced(school)
    town.sent.clear()
    run = approved(school)
    assert told(run) == (Run.DONE, "", 0, 0)
    lane()
    assert town.sent == []


def test_looking_at_a_plan_writes_nothing(town: Town, school: Organization) -> None:
    plan_of(school, verify=True)
    assert [model.objects.count() for model in (Chat, Room, Run, Step)] == [0, 0, 0, 0]


def test_chats_are_written_when_the_plan_is_approved(school: Organization) -> None:
    prepared = plan_of(school)
    approved(school)
    assert {chat.chat_key: chat.title for chat in Chat.objects.all()} == dict(prepared.plan.titles)
    assert Room.objects.count() == 0


def test_a_run_carries_the_plan_that_was_approved(school: Organization) -> None:
    prepared = plan_of(school)
    run = approve(prepared, actor=TESTS, reason="начало года")
    assert (run.fingerprint, run.total, run.actor, run.reason) == (
        prepared.plan.fingerprint,
        len(prepared.plan.operations),
        "system:tests",
        "начало года",
    )
    assert list(run.steps.order_by("position").values_list("operation", flat=True)) == [
        operation.name for operation in prepared.plan.operations
    ]


def test_who_leaves_the_school_goes_and_who_comes_is_let_in(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        Enrollment.objects.filter(person=called("Сидорова"), role="student").update(ended="2026-11-01")
        rows.enroll(rows.person("Новикова", linked=True), SchoolClass.objects.get())
    town.let_in()
    run = synced(school)
    assert told(run)[0] == Run.DONE
    assert town.rooms() == wanted(school)
    assert account(called("Сидорова")) not in set().union(*town.rooms().values())


# --- who is where without our doing


def test_a_stranger_stays_through_every_sync(town: Town, school: Organization) -> None:
    synced(school)
    room = town.room(chat_of("class"))
    town.world.join(room, "stranger")
    for _ in range(2):
        assert told(synced(school, verify=True))[1:] == ("", 0, 0)
    assert "stranger" in town.world.rooms[room].members
    assert ("class", "stranger", Membership.IN, False) in memberships()


def test_who_is_found_in_his_place_is_ours_and_goes_with_the_place(town: Town, school: Organization) -> None:
    synced(school)
    with rows.writing():
        rows.enroll(rows.person("Новикова", linked=True), SchoolClass.objects.get())
    town.let_in()
    newcomer = account(called("Новикова"))
    room = town.room(chat_of("class"))
    town.world.join(room, newcomer)
    synced(school, verify=True)
    assert ("class", newcomer, Membership.IN, True) in memberships()
    with rows.writing():
        Enrollment.objects.filter(person=called("Новикова")).update(ended="2026-11-01")
    assert told(synced(school))[0] == Run.DONE
    assert newcomer not in town.world.rooms[room].members


def test_who_left_by_himself_is_never_added_again(town: Town, school: Organization) -> None:
    synced(school)
    room, pupil = town.room(chat_of("class")), account(called("Сидорова"))
    town.world.leave(room, pupil)
    town.world.rooms[room].left.clear()  # the messenger itself would take him back
    for verify in (True, False, True):
        assert told(synced(school, verify=verify))[2:] == (0, 0)
    assert pupil not in town.world.rooms[room].members
    assert ("class", pupil, Membership.LEFT, True) in memberships()


def test_who_comes_back_by_himself_is_inside_again(town: Town, school: Organization) -> None:
    synced(school)
    room, pupil = town.room(chat_of("class")), account(called("Сидорова"))
    before = memberships()
    town.world.leave(room, pupil)
    plan_of(school, verify=True)
    town.world.join(room, pupil)
    plan_of(school, verify=True)
    assert memberships() == before


# --- linking


def test_unlinking_takes_a_person_out_of_every_chat_and_linking_again_restores_him(
    town: Town, school: Organization
) -> None:
    synced(school)
    before, pupil = town.rooms(), called("Сидорова")
    number = account(pupil)
    unlink([pupil])
    synced(school)
    assert town.rooms() == {title: people - {number} for title, people in before.items()}
    with rows.writing():
        Account.objects.create(person=pupil, messenger="vk", external_id=number)
    synced(school)
    assert town.rooms() == before


def test_a_new_profile_comes_in_the_old_one_s_place(town: Town, school: Organization) -> None:
    synced(school)
    before, pupil = town.rooms(), called("Сидорова")
    old = account(pupil)
    unlink([pupil])
    with rows.writing():
        Account.objects.create(person=pupil, messenger="vk", external_id="777")
    town.let_in()
    synced(school)
    assert town.rooms() == {
        title: people - {old} | {"777"} if old in people else people for title, people in before.items()
    }


# --- titles


def test_a_title_that_a_person_gave_in_the_messenger_is_kept(town: Town, school: Organization) -> None:
    synced(school)
    room = town.room(chat_of("class"))
    town.world.rooms[room].title = "Наш дружный 1А"
    assert told(synced(school, verify=True))[2:] == (0, 0)
    chat = chat_of("class")
    assert (chat.title, chat.title_kept, town.world.rooms[room].title) == ("Наш дружный 1А", True, "Наш дружный 1А")


def test_a_school_s_new_name_renames_its_chats_but_not_those_that_a_person_named(
    town: Town, school: Organization
) -> None:
    synced(school)
    town.world.rooms[town.room(chat_of("class"))].title = "Наш дружный 1А"
    plan_of(school, verify=True)
    with rows.writing():
        Organization.objects.filter(pk=school.pk).update(name="Школа № 5")
    synced(Organization.objects.get(pk=school.pk))
    assert set(town.rooms()) == {
        "Наш дружный 1А",
        "Школа № 5 - 1А - Родительский чат",
        "Школа № 5 - Учительский чат",
        "Школа № 5 - 1А - Математика",
    }


def test_schools_of_one_name_get_different_titles_in_one_connection(town: Town, school: Organization) -> None:
    approved(school)
    with rows.writing():
        other = rows.small_school("other", parent=school.parent)
    town.let_in()
    approved(other)
    lane()
    assert len(town.rooms()) == 8


# --- chats of other kinds


def test_a_chat_that_is_no_longer_wanted_keeps_its_people(town: Town, school: Organization) -> None:
    synced(school)
    before = town.rooms()
    with rows.writing():
        Group.objects.update(ended="2026-11-01")
    assert told(synced(school))[2:] == (0, 0)
    assert (town.rooms(), chat_of("subject").wanted) == (before, False)


def test_a_custom_chat_lives_of_its_pinned_people(town: Town, school: Organization) -> None:
    with rows.writing():
        chat = rows.chat(school, ChatKind.CUSTOM, "Поход")
        for name in ("Сидорова", "Петрова"):
            Seat.objects.create(
                chat=chat, person=Enrollment.objects.filter(person__family_name=name)[0].person, layer=Seat.PINNED
            )
    synced(school)
    assert town.rooms()["Поход"] == {account(called("Сидорова")), account(called("Петрова"))}
    assert plan_of(school).plan.is_empty


def test_a_blocked_person_is_put_out_even_if_somebody_else_lets_him_in(town: Town, school: Organization) -> None:
    synced(school)
    pupil = called("Сидорова")
    with rows.writing():
        Seat.objects.create(chat=chat_of("class"), person=pupil, layer=Seat.BLOCKED)
    assert told(synced(school))[2:] == (1, 0)
    town.world.join(town.room(chat_of("class")), account(pupil))  # somebody else brings her in
    assert told(synced(school, verify=True))[2:] == (1, 0)
    assert account(pupil) not in town.rooms()[chat_of("class").title]


# --- what the connection can do


def test_what_a_connection_cannot_do_is_left_to_a_person(town: Town, school: Organization) -> None:
    town.can = lesser(add_member=False)
    run = synced(school)
    assert told(run) == (Run.DONE, "", 4, 0)
    assert set(town.rooms().values()) == {frozenset()}
    assert {step["operation"] for step in run.plan["by_hand"]} == {"add_member"}


def test_teachers_become_admins_where_the_connection_can_make_them(town: Town, school: Organization) -> None:
    synced(school)
    admins = {
        room.title: {member for member, admin in room.members.items() if admin} - {OWN}
        for room in town.world.rooms.values()
    }
    teacher = account(called("Петрова"))
    assert admins == {title: {teacher} if "1А" in title else set() for title in town.rooms()}
