"""Bugs that are planted on purpose: a simulation that does not find them proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from peremena.core import plan as core_plan
from peremena.core import rules
from peremena.core.diff import diff
from peremena.core.operations import RemoveMember
from peremena.sync import applying, bookkeeping, intents, reading, runs, seating
from peremena.sync.intents import Judgement

Planted = Callable[[pytest.MonkeyPatch], None]


def lost_creates_are_always_repeated(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(intents, "judge", lambda ripe, intents, found: Judgement(repeat={room.chat_id for room in ripe}))


def lost_creates_are_judged_at_once(patch: pytest.MonkeyPatch) -> None:
    """While the request may still be on its way."""
    patch.setattr(bookkeeping, "timedelta", lambda seconds: timedelta(seconds=min(seconds, 0.0)))


def every_answer_is_written_down(patch: pytest.MonkeyPatch) -> None:
    """Without the fence around steps that somebody else has taken over."""
    patch.setattr(bookkeeping, "_still", lambda state, batch: {step.pk for step in batch.steps})


def nothing_is_intended(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "intend", lambda batch, connection, messenger: True)


def intents_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A dead lane's create is asked again like everything else."""
    patch.setattr(bookkeeping, "CreateChat", type("Nothing", (), {"name": "nothing"}))


def who_left_is_added_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reading, "_vanished", lambda inside, room, before: ())
    patch.setattr(
        reading,
        "_forgotten",
        lambda inside, before: [before[member].pk for member in before.keys() - inside],
    )


def strangers_are_put_out(patch: pytest.MonkeyPatch) -> None:
    def jealous(desired, actual):  # type: ignore[no-untyped-def]
        operations = diff(desired, actual)
        for chat, room in actual.items():
            if chat in desired:
                others = room.members - room.ours - desired[chat].members
                operations += [RemoveMember(chat, member) for member in sorted(others)]
        return operations

    patch.setattr(core_plan, "diff", jealous)


def whoever_is_shut_out_may_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "seated", lambda rule, by_hand: rule | by_hand.pinned if by_hand else rule)


def sent_steps_are_never_taken_up_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(applying, "recover", lambda connection: None)


def newcomers_are_not_counted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seating, "SEAT", seating.SEAT.replace("inside + entered.people", "inside"))


def who_was_put_out_stays_on_the_books(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bookkeeping, "unseat", lambda gone: None)


def a_plan_is_never_out_of_date(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(runs, "_of_this_moment", lambda prepared: None)


def cancelled_runs_are_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bookkeeping, "_all_open", lambda runs, now: True)


def a_lost_room_is_made_again(patch: pytest.MonkeyPatch) -> None:
    """Behind everybody's back, though it may only be closed to us."""
    patch.setattr(reading, "ROOM_IS_LOST", frozenset())
    patch.setattr(bookkeeping, "ROOM_IS_LOST", frozenset())


PLANTED: tuple[Planted, ...] = (
    lost_creates_are_always_repeated,
    lost_creates_are_judged_at_once,
    every_answer_is_written_down,
    nothing_is_intended,
    intents_are_forgotten,
    who_left_is_added_again,
    strangers_are_put_out,
    whoever_is_shut_out_may_stay,
    sent_steps_are_never_taken_up_again,
    newcomers_are_not_counted,
    who_was_put_out_stays_on_the_books,
    a_plan_is_never_out_of_date,
    cancelled_runs_are_sent,
    a_lost_room_is_made_again,
)
