"""The laws of the core, as functions of what they judge, so that a broken one can be judged too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from typing import TypeVar

from peremena.core.capabilities import ByHand, Capabilities, Lowered
from peremena.core.operations import (
    RANK,
    AddMember,
    ChatKey,
    ChatKind,
    CreateChat,
    InviteMember,
    Operation,
    RemoveMember,
    RenameChat,
    SetRole,
    safe_order,
)
from peremena.core.plan import Plan, School
from peremena.core.rules import wanted_chats
from peremena.core.state import Actual, ActualRoom, Desired, DesiredChat, KnownChat
from tests.core.worlds import World, as_it_is

Key = TypeVar("Key")
Value = TypeVar("Value")
Diff = Callable[[Desired, Actual], list[Operation]]
Lower = Callable[[Iterable[Operation], Capabilities], Lowered]
Planner = Callable[[School, Capabilities], Plan]

EVERYTHING = Capabilities(
    create_chat=True,
    rename=True,
    add_member=True,
    invite_link=True,
    remove_member=True,
    set_role=True,
    delete_chat=True,
)

NARROW = replace(EVERYTHING, title_limit=24)


def applied(operations: Iterable[Operation], actual: Actual) -> dict[ChatKey, ActualRoom]:
    """A messenger in a few lines. It is stricter than any real one: what is so already may not be asked for."""
    rooms: dict[ChatKey, ActualRoom] = dict(actual)
    for operation in operations:
        room = rooms.get(operation.chat)
        assert (room is None) == isinstance(operation, CreateChat)
        rooms[operation.chat] = _done(operation, room or ActualRoom(""))
    return rooms


def _done(operation: Operation, room: ActualRoom) -> ActualRoom:
    match operation:
        case CreateChat(_, title) | RenameChat(_, title):
            assert title != room.title
            return replace(room, title=title)
        case AddMember(_, member):
            assert member not in room.members
            return replace(room, members=room.members | {member}, ours=room.ours | {member})
        case SetRole(_, member, admin):
            assert member in room.members
            assert admin != (member in room.admins)
            return replace(room, admins=room.admins | {member} if admin else room.admins - {member})
        case RemoveMember(_, member):
            assert member in room.members
            gone = {member}
            return replace(room, members=room.members - gone, ours=room.ours - gone, admins=room.admins - gone)
    raise AssertionError(f"no room takes {operation}")


def in_a_tidy_world_what_is_becomes_what_should_be(world: World, diff: Diff) -> None:
    after = applied(diff(world.desired, world.actual), world.actual)
    assert after == {chat: as_it_is(wish) for chat, wish in world.desired.items()}


def what_should_be_comes_about_as_far_as_people_allow(world: World, diff: Diff) -> None:
    after = applied(diff(world.desired, world.actual), world.actual)
    for chat, wish in world.desired.items():
        before = world.actual.get(chat, ActualRoom(""))
        out_of_reach = (before.left | before.invited | before.refused.keys()) - before.members
        members = (wish.members - out_of_reach) | (before.members - before.ours)
        admins = (wish.admins & members) | (before.admins - before.ours)
        room = after[chat]
        assert DesiredChat(room.title, room.members, room.admins) == DesiredChat(wish.title, members, admins)


def nothing_is_left_to_do_afterwards(world: World, diff: Diff) -> None:
    after = applied(diff(world.desired, world.actual), world.actual)
    assert diff(world.desired, {chat: room for chat, room in after.items() if chat in world.desired}) == []


def what_is_as_it_should_be_needs_nothing(world: World, diff: Diff) -> None:
    assert diff(world.desired, {chat: as_it_is(wish) for chat, wish in world.desired.items()}) == []


def the_order_of_input_does_not_matter(world: World, diff: Diff) -> None:
    turned = diff(_turned(world.desired), _turned(world.actual))
    assert diff(world.desired, world.actual) == turned


def a_room_that_is_not_desired_is_left_alone(world: World, diff: Diff) -> None:
    assert {operation.chat for operation in diff(world.desired, world.actual)} <= world.desired.keys()


def no_stranger_is_touched(world: World, diff: Diff) -> None:
    for operation in diff(world.desired, world.actual):
        room, wish = world.actual.get(operation.chat, ActualRoom("")), world.desired[operation.chat]
        assert getattr(operation, "member", "") not in room.members - room.ours - wish.members


def who_left_or_was_refused_is_not_pressed(world: World, diff: Diff) -> None:
    for operation in diff(world.desired, world.actual):
        if isinstance(operation, AddMember):
            room = world.actual.get(operation.chat, ActualRoom(""))
            assert operation.member not in room.left | room.invited | room.refused.keys()


def people_come_before_others_go(world: World, diff: Diff) -> None:
    """Chat by chat, and inside a chat by rank: a room exists before anybody comes, and is not emptied before that."""
    found = diff(world.desired, world.actual)
    chats = [chat for chat, _ in groupby(operation.chat for operation in found)]
    assert len(chats) == len(set(chats))
    for _, own in groupby(found, key=lambda operation: operation.chat):
        ranks = [RANK[type(operation)] for operation in own]
        assert ranks == sorted(ranks)


def nothing_is_lost_when_lowered(operations: list[Operation], can: Capabilities, lower: Lower) -> None:
    """Every operation is done, becomes an invitation or a step by hand, or waits for one that is named."""
    given = sorted(set(operations), key=safe_order)
    doable, by_hand = lower(given, can)
    for operation in given:
        chat, member = operation.chat, getattr(operation, "member", "")
        stands_for_it = (
            ByHand(operation.name, chat, "unsupported", member),
            ByHand(SetRole.name, None, "unsupported") if isinstance(operation, SetRole) else None,
            ByHand(CreateChat.name, chat, "unsupported"),
            ByHand(AddMember.name, chat, "unsupported", member),
        )
        assert operation in doable or InviteMember(chat, member) in doable or {*stands_for_it} & {*by_hand}
    extra = {*doable} - {*given} - {InviteMember(one.chat, one.member) for one in given if isinstance(one, AddMember)}
    assert extra == set()


def nothing_impossible_is_asked_for(operations: list[Operation], can: Capabilities, lower: Lower) -> None:
    """Neither what the connection cannot do, nor what needs a room or a member that is not there yet."""
    doable, by_hand = lower(sorted(set(operations), key=safe_order), can)
    needs = {
        "create_chat": can.create_chat,
        "rename_chat": can.rename,
        "add_member": can.add_member,
        "invite_member": can.invite_link,
        "set_role": can.set_role,
        "remove_member": can.remove_member,
        "archive_chat": can.delete_chat,
    }
    assert [operation for operation in doable if not needs[operation.name]] == []
    no_room = {step.chat for step in by_hand if step.operation == CreateChat.name}
    not_there = {(step.chat, step.member) for step in by_hand if step.operation == AddMember.name}
    not_there |= {(one.chat, one.member) for one in doable if isinstance(one, InviteMember) and one not in operations}
    assert no_room.isdisjoint(operation.chat for operation in doable)
    assert not_there.isdisjoint((one.chat, one.member) for one in doable if isinstance(one, SetRole | RemoveMember))


def blocked_over_pinned_over_rule(school: School, planner: Planner) -> None:
    plan, rules = planner(school, EVERYTHING), wanted_chats(school.year)
    for chat, wanted in plan.wanted.items():
        by_rule = rules[chat].seats if chat.kind is not ChatKind.CUSTOM else frozenset()
        hand = school.by_hand.get(chat)
        seats = (by_rule | hand.pinned) - hand.blocked if hand else by_rule
        assert wanted.seats == seats
        assert wanted.admins <= seats
    for chat, room in after_sync(school, plan).items():
        if hand := school.by_hand.get(chat):
            assert room.members.isdisjoint(school.accounts[one] for one in hand.blocked if one in school.accounts)


def only_people_of_ours_are_touched(school: School, planner: Planner) -> None:
    linked = frozenset(school.accounts.values())
    for operation in planner(school, EVERYTHING).operations:
        known = school.known.get(operation.chat)
        ours = known.room.ours if known and known.room else frozenset()
        assert getattr(operation, "member", "") in {"", *linked, *ours}


def a_room_that_is_gone_is_left_to_a_person(school: School, planner: Planner) -> None:
    plan = planner(school, EVERYTHING)
    gone = {chat for chat, known in school.known.items() if known.problem}
    named = [step.chat for step in plan.by_hand if step.operation == CreateChat.name]
    assert named == sorted(gone & plan.wanted.keys())
    assert gone.isdisjoint(operation.chat for operation in plan.operations)


def titles_are_unique_and_fit(school: School, planner: Planner) -> None:
    """A person's own titles are taken as they are; no generated one is like another, like those, or too long."""
    titles = planner(school, NARROW).titles
    own = {chat for chat, known in school.known.items() if known.title_kept or chat.kind is ChatKind.CUSTOM}
    generated = [title for chat, title in titles.items() if chat not in own]
    former = {known.room.title for chat, known in school.known.items() if known.room and chat not in titles}
    others = {*school.taken, *(title for chat, title in titles.items() if chat in own), *former}
    assert len(generated) == len(set(generated))
    assert others.isdisjoint(generated)
    assert [title for title in generated if len(title) > NARROW.title_limit] == []


def a_second_sync_does_nothing(school: School, planner: Planner) -> None:
    plan = planner(school, EVERYTHING)
    rooms = after_sync(school, plan)
    written_down = {chat: known for chat, known in school.known.items() if known.problem}
    written_down |= {
        chat: KnownChat(plan.titles.get(chat, room.title), chat in school.known and school.known[chat].title_kept, room)
        for chat, room in rooms.items()
    }
    again = planner(replace(school, known=written_down), EVERYTHING)
    assert (again.operations, again.by_hand, again.titles) == ((), plan.by_hand, plan.titles)


def the_order_of_the_roster_does_not_matter(school: School, planner: Planner) -> None:
    year = school.year
    turned = replace(
        school,
        year=replace(
            year,
            classes=_turned(year.classes),
            groups=_turned(year.groups),
            in_classes=year.in_classes[::-1],
            in_groups=year.in_groups[::-1],
            guardians=_turned(year.guardians),
        ),
        accounts=_turned(school.accounts),
        known=_turned(school.known),
        by_hand=_turned(school.by_hand),
    )
    assert planner(turned, EVERYTHING) == planner(school, EVERYTHING)


def _turned(table: Mapping[Key, Value]) -> dict[Key, Value]:
    return {key: table[key] for key in reversed(list(table))}


def after_sync(school: School, plan: Plan) -> dict[ChatKey, ActualRoom]:
    actual = {chat: known.room for chat, known in school.known.items() if known.room and not known.problem}
    return applied(plan.operations, actual)
