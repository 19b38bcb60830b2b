"""All that may happen, each as often as its weight says."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from tests.simulation import hands, people, roster

if TYPE_CHECKING:
    from tests.simulation.schedule import Schedule

Action = Callable[["Schedule", Random], str]

SYNCS: dict[Action, int] = {people.pressed: 8, people.pressed_by_two: 2, people.chat_is_renamed: 2}
TROUBLES: dict[Action, int] = {
    people.request_will_fail: 14,
    people.lane_will_hang: 7,
    people.somebody_is_killed: 8,
    people.reading_will_fail: 2,
    people.worker_is_told_to_stop: 1,
    people.key_is_refused: 1,
    people.key_is_replaced: 1,
    people.time_passes: 4,
    hands.privacy_changes: 1,
}
ROSTER: dict[Action, int] = {
    roster.tie_changes: 5,
    roster.person_comes: 4,
    roster.person_moves: 3,
    roster.family_grows: 2,
    roster.everybody_goes: 2,
    roster.school_is_renamed: 2,
    roster.profile_is_linked: 4,
    roster.profile_is_unlinked: 3,
    roster.seat_is_decided: 5,
}
# Of it, what an import brings.
IMPORTED = {roster.tie_changes, roster.person_comes, roster.person_moves, roster.family_grows, roster.everybody_goes}
SOME_ROSTER: dict[Action, int] = {roster.seat_is_decided: 5, roster.tie_changes: 3, roster.profile_is_unlinked: 2}
HANDS: dict[Action, int] = {
    people.looked: 4,
    hands.member_departs: 8,
    hands.somebody_is_let_in: 8,
    hands.title_is_changed: 2,
    hands.room_disappears: 2,
    hands.namesake_is_made: 1,
}
CANCELLING: dict[Action, int] = {people.run_is_cancelled: 6}
# What a schedule is about: one that has a little of everything meets few things that belong together.
THEMES: tuple[dict[Action, int], ...] = (
    SYNCS | TROUBLES,
    SYNCS | TROUBLES | ROSTER,
    SYNCS | ROSTER | CANCELLING,
    SYNCS | HANDS | SOME_ROSTER,
    SYNCS | TROUBLES | ROSTER | HANDS | CANCELLING,
)
# Of these every schedule has one: without it nothing of ours would be at stake.
BEGINNINGS = (people.pressed, people.pressed, people.pressed_by_two)
UNKNOWN_TO_US = {*HANDS, *CANCELLING} - {people.looked}


def drawn(dice: Random, length: int) -> list[Action]:
    theme = dice.choice(THEMES)
    found = dice.choices(list(theme), weights=list(theme.values()), k=length)
    found[dice.randrange(length // 2 + 1)] = dice.choice(BEGINNINGS)
    return found
