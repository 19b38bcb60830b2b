"""What can become of a request that writes, instead of what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from django.db import OperationalError

from peremena.core.errors import MessengerError, Refused, Transient
from peremena.core.operations import AddMember, ChatKey, CreateChat, Operation
from peremena.messengers.base import Lost, Outcome
from tests.simulation.messenger import Request, WatchedMessenger

WAITS = (0.0, 1.0, 30.0, 3600.0)


def answer_lost(dice: Random) -> Request:
    """All of it was done, none, or the first part, and nobody was told."""
    done, wait = dice.choice((0.0, 0.5, 1.0)), dice.choice(WAITS)

    def request(messenger, operations, rooms):  # type: ignore[no-untyped-def]
        messenger.carry_out(operations[: round(len(operations) * done)], rooms)
        raise Lost("cut_off", retry_after=wait)

    return request


def raised(error: Callable[[Random], BaseException]) -> Callable[[Random], Request]:
    """Nothing was done, and that is known."""

    def armed(dice: Random) -> Request:
        found = error(dice)

        def request(messenger, operations, rooms):  # type: ignore[no-untyped-def]
            raise found

        return request

    return armed


def refused(dice: Random) -> Request:
    """Nothing was done; but what is so already no messenger refuses, though we may not know that it is."""

    def request(messenger, operations, rooms):  # type: ignore[no-untyped-def]
        if any(_is_so(messenger, each, rooms) for each in operations):
            return messenger.carry_out(operations, rooms)
        raise Refused("vk_100")

    return request


def _is_so(messenger: WatchedMessenger, operation: Operation, rooms: Mapping[ChatKey, str]) -> bool:
    room = messenger.town.world.rooms.get(rooms.get(operation.chat, ""))
    return room is not None and isinstance(operation, AddMember) and operation.member in room.members


def bug(dice: Random) -> Request:
    """A fault of ours in the adapter, before the request or after it."""
    sent = dice.random() < 0.5

    def request(messenger, operations, rooms):  # type: ignore[no-untyped-def]
        if sent:
            messenger.carry_out(operations, rooms)
        raise RuntimeError("a bug in the adapter")

    return request


def single(
    error: Callable[[Random], MessengerError], kind: type[Operation] | None = None
) -> Callable[[Random], Request]:
    """One operation of the request is not done; with a create, what was to go into its room is not done either."""

    def armed(dice: Random) -> Request:
        found, place = error(dice), dice.random()

        def request(messenger: WatchedMessenger, operations: Sequence[Operation], rooms):  # type: ignore[no-untyped-def]
            chosen = [
                each
                for each in operations
                if (kind is None or isinstance(each, kind)) and not _is_so(messenger, each, rooms)
            ]
            if not chosen:
                return messenger.carry_out(operations, rooms)
            victim = chosen[int(place * len(chosen))]
            lost = {victim}
            if isinstance(victim, CreateChat):
                lost = {each for each in operations if each.chat == victim.chat}
            done = iter(messenger.carry_out([each for each in operations if each not in lost], rooms))
            return [Outcome(each, found) if each in lost else next(done) for each in operations]

        return request

    return armed


FAULTS: dict[str, Callable[[Random], Request]] = {
    "the answer is lost": answer_lost,
    "the answer is lost again": answer_lost,
    "flood": raised(lambda dice: Transient("flood", retry_after=dice.choice(WAITS))),
    "captcha": raised(lambda dice: Transient("captcha", retry_after=300.0)),
    "the request is refused": refused,
    "the database goes away": raised(lambda dice: OperationalError("the limiter's")),
    "a bug": bug,
    "one is refused": single(lambda dice: Refused("privacy")),
    "one comes later": single(lambda dice: Transient("vk_10", retry_after=dice.choice(WAITS))),
    "one is not taken": single(lambda dice: Transient("not_added", retry_after=0.0), AddMember),
    "a create is refused": single(lambda dice: Refused("vk_9"), CreateChat),
}
