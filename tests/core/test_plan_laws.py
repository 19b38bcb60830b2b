"""The laws of whole plans, of titles in them and of their lowering; each is shown to be breakable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from hypothesis import strategies as st

from peremena.core.capabilities import Capabilities, Lowered, lower
from peremena.core.operations import Operation, RenameChat, SetRole, to_json
from peremena.core.plan import Plan, School, fingerprint, make_plan
from tests.core import laws
from tests.core.trial import holds, refuted, sentence
from tests.core.worlds import connections, operations, schools

Law = Callable[[School, laws.Planner], None]
Lowering = Callable[[list[Operation], Capabilities, laws.Lower], None]


def without_the_blocked(school: School, can: Capabilities) -> Plan:
    pins_only = {chat: replace(hand, blocked=frozenset()) for chat, hand in school.by_hand.items()}
    return make_plan(replace(school, by_hand=pins_only), can)


def with_strangers_too(school: School, can: Capabilities) -> Plan:
    all_ours = {
        chat: replace(known, room=known.room and replace(known.room, ours=known.room.members))
        for chat, known in school.known.items()
    }
    return make_plan(replace(school, known=all_ours), can)


def with_a_title_of_the_day(school: School, can: Capabilities) -> Plan:
    plan = make_plan(school, can)
    renames = tuple(RenameChat(chat, f"{title}!") for chat, title in plan.titles.items())
    return replace(plan, operations=plan.operations + renames)


def without_other_schools(school: School, can: Capabilities) -> Plan:
    return make_plan(replace(school, taken=frozenset()), can)


def with_rooms_that_are_gone(school: School, can: Capabilities) -> Plan:
    as_if_there = {chat: replace(known, problem="") for chat, known in school.known.items()}
    return make_plan(replace(school, known=as_if_there), can)


def in_the_order_of_the_roster(school: School, can: Capabilities) -> Plan:
    plan = make_plan(school, can)
    place = {chat: number for number, chat in enumerate(school.known)}
    found = sorted(plan.operations, key=lambda operation: place.get(operation.chat, -1))
    return replace(plan, operations=tuple(found))


LAWS: dict[Law, laws.Planner] = {
    laws.blocked_over_pinned_over_rule: without_the_blocked,
    laws.only_people_of_ours_are_touched: with_strangers_too,
    laws.a_room_that_is_gone_is_left_to_a_person: with_rooms_that_are_gone,
    laws.a_second_sync_does_nothing: with_a_title_of_the_day,
    laws.titles_are_unique_and_fit: without_other_schools,
    laws.the_order_of_the_roster_does_not_matter: in_the_order_of_the_roster,
}


def test_every_law_holds_for_every_school() -> None:
    def laws_hold(school: School) -> None:
        for law in LAWS:
            law(school, make_plan)

    holds(schools(), laws_hold)


@pytest.mark.parametrize(("law", "broken"), LAWS.items(), ids=sentence)
def test_a_broken_planner_breaks_the_law(law: Law, broken: laws.Planner) -> None:
    refuted(schools(), lambda school: law(school, broken))


def drops_what_it_cannot(found: Iterable[Operation], can: Capabilities) -> Lowered:
    return Lowered(lower(found, can).doable, [])


def asks_for_all(found: Iterable[Operation], can: Capabilities) -> Lowered:
    return Lowered(list(found), [])


def gives_roles_to_the_absent(found: Iterable[Operation], can: Capabilities) -> Lowered:
    found = list(found)
    roles = [operation for operation in found if isinstance(operation, SetRole) and can.set_role]
    doable, by_hand = lower((operation for operation in found if operation not in roles), can)
    return Lowered([*doable, *roles], by_hand)


LOWERING: list[tuple[Lowering, laws.Lower]] = [
    (laws.nothing_is_lost_when_lowered, drops_what_it_cannot),
    (laws.nothing_impossible_is_asked_for, asks_for_all),
    (laws.nothing_impossible_is_asked_for, gives_roles_to_the_absent),
]
LOWERED = st.tuples(st.lists(operations(), max_size=12), connections())


def test_every_law_of_lowering_holds() -> None:
    def laws_hold(given: tuple[list[Operation], Capabilities]) -> None:
        for law, _ in LOWERING:
            law(*given, lower)

    holds(LOWERED, laws_hold)


@pytest.mark.parametrize(("law", "broken"), LOWERING, ids=sentence)
def test_a_broken_lowering_breaks_the_law(law: Lowering, broken: laws.Lower) -> None:
    refuted(LOWERED, lambda given: law(*given, broken))


def test_the_fingerprint_depends_on_every_operation_and_step_by_hand() -> None:
    def law(school: School) -> None:
        plan = make_plan(school, Capabilities(create_chat=True, rename=True, remove_member=True))
        found = [to_json(operation) for operation in plan.operations]
        without_one = [fingerprint(found[:at] + found[at + 1 :], plan.by_hand) for at in range(len(found))]
        by_hand = [plan.by_hand[:at] + plan.by_hand[at + 1 :] for at in range(len(plan.by_hand))]
        without_one += [fingerprint(found, steps) for steps in by_hand]
        turned = fingerprint(found[::-1], plan.by_hand)
        assert plan.fingerprint == fingerprint(found, plan.by_hand)
        assert plan.fingerprint not in without_one
        assert (plan.fingerprint == turned) == (found == found[::-1])

    holds(schools(), law, examples=50)
