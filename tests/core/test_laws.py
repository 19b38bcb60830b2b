"""The laws of diff hold for ours, and each is broken by a diff that looks much like ours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from peremena.core.diff import diff
from peremena.core.operations import Operation, RemoveMember, RenameChat, SetRole
from peremena.core.state import Actual, Desired
from tests.core import laws
from tests.core.trial import holds, refuted, sentence
from tests.core.worlds import World, tidy_worlds, worlds

Law = Callable[[World, laws.Diff], None]


def forgets_to_remove(desired: Desired, actual: Actual) -> list[Operation]:
    return [operation for operation in diff(desired, actual) if not isinstance(operation, RemoveMember)]


def forgets_roles(desired: Desired, actual: Actual) -> list[Operation]:
    return [operation for operation in diff(desired, actual) if not isinstance(operation, SetRole)]


def renames_always(desired: Desired, actual: Actual) -> list[Operation]:
    return [*diff(desired, actual), *(RenameChat(chat, wish.title) for chat, wish in desired.items())]


def does_not_sort(desired: Desired, actual: Actual) -> list[Operation]:
    return [operation for chat in desired for operation in diff({chat: desired[chat]}, actual)]


def removes_first(desired: Desired, actual: Actual) -> list[Operation]:
    return list(reversed(diff(desired, actual)))


def empties_what_is_not_desired(desired: Desired, actual: Actual) -> list[Operation]:
    gone = [(chat, room) for chat, room in actual.items() if chat not in desired]
    return [*diff(desired, actual), *(RemoveMember(chat, one) for chat, room in gone for one in sorted(room.ours))]


def takes_everybody_for_ours(desired: Desired, actual: Actual) -> list[Operation]:
    return diff(desired, {chat: replace(room, ours=room.members) for chat, room in actual.items()})


def forgets_who_left(desired: Desired, actual: Actual) -> list[Operation]:
    nobody: frozenset[str] = frozenset()
    clean = {chat: replace(room, left=nobody, invited=nobody, refused={}) for chat, room in actual.items()}
    return diff(desired, clean)


LAWS: dict[Law, laws.Diff] = {
    laws.what_should_be_comes_about_as_far_as_people_allow: forgets_to_remove,
    laws.nothing_is_left_to_do_afterwards: renames_always,
    laws.what_is_as_it_should_be_needs_nothing: renames_always,
    laws.the_order_of_input_does_not_matter: does_not_sort,
    laws.a_room_that_is_not_desired_is_left_alone: empties_what_is_not_desired,
    laws.no_stranger_is_touched: takes_everybody_for_ours,
    laws.who_left_or_was_refused_is_not_pressed: forgets_who_left,
    laws.people_come_before_others_go: removes_first,
}


def test_every_law_holds_in_every_world() -> None:
    def laws_hold(world: World) -> None:
        for law in LAWS:
            law(world, diff)

    holds(worlds(), laws_hold)


@pytest.mark.parametrize(("law", "broken"), LAWS.items(), ids=sentence)
def test_a_broken_diff_breaks_the_law(law: Law, broken: laws.Diff) -> None:
    refuted(worlds(), lambda world: law(world, broken))


def test_in_a_tidy_world_what_is_becomes_what_should_be() -> None:
    holds(tidy_worlds(), lambda world: laws.in_a_tidy_world_what_is_becomes_what_should_be(world, diff))


@pytest.mark.parametrize("broken", [forgets_roles, forgets_to_remove], ids=sentence)
def test_a_broken_diff_does_not_bring_about_what_should_be(broken: laws.Diff) -> None:
    refuted(tidy_worlds(), lambda world: laws.in_a_tidy_world_what_is_becomes_what_should_be(world, broken))
