"""What the contract needs of a messenger's tests, and how it drives a messenger."""

from collections.abc import Sequence
from typing import Protocol

from peremena.core.errors import MessengerError, Transient
from peremena.core.operations import AddMember, ChatKey, ChatKind, CreateChat, Operation
from peremena.messengers.base import Messenger, Outcome, RoomState
from peremena.wire.secret import Secret


class Harness(Protocol):
    """A messenger under test and a hand in its world, as somebody else."""

    messenger: Messenger
    account: str  # we
    people: Sequence[str]  # at least 40 accounts that let themselves be added
    closed: str  # an account that does not
    unknown: str  # no account at all
    no_room: str  # the external id of no room

    def join(self, room: str, account: str) -> None:
        """Somebody comes into our room without our doing."""

    def leave(self, room: str, account: str) -> None:
        """A member goes by himself; `account` may be ours."""

    def follow(self, link: Secret, account: str) -> bool:
        """A person opens a link; whether it let him in. Of a messenger that invites."""

    def lose_next_answer(self) -> None:
        """The next request takes effect and its answer is lost."""

    def pass_time(self) -> None:
        """Returns when the messenger's clock tells another second."""

    def with_a_refused_credential(self) -> Messenger:
        """The same messenger for somebody whose token is no good."""


def chat(number: int = 1) -> ChatKey:
    return ChatKey(1, 2027, ChatKind.CLASS, school_class=number)


def creation(number: int, members: Sequence[str]) -> list[Operation]:
    return [CreateChat(chat(number), f"Чат {number}"), *(AddMember(chat(number), member) for member in members)]


def settle(
    messenger: Messenger, operations: Sequence[Operation], rooms: dict[ChatKey, str]
) -> dict[Operation, Outcome]:
    """Applies all, batch by batch, and at once again what may be tried at once; keeps `rooms`. What became of each."""
    pending, settled = list(operations), {}
    for _ in range(100):
        if not pending:
            return settled
        taken = messenger.take(pending)
        batch = [pending[place] for place in taken]
        outcomes = messenger.apply(batch, rooms)
        assert [outcome.operation for outcome in outcomes] == batch
        rooms.update({outcome.operation.chat: outcome.room for outcome in outcomes if outcome.room})
        again = [outcome.operation for outcome in outcomes if isinstance(outcome.error, Transient)]
        settled.update({outcome.operation: outcome for outcome in outcomes if outcome.operation not in again})
        rest = [operation for place, operation in enumerate(pending) if place not in set(taken)]
        pending = again + rest
    raise AssertionError(f"no end to {pending}")


def told(error: RoomState | MessengerError | None) -> tuple[str, str] | None:
    """An error as (kind, reason), None where there is none."""
    return (type(error).__name__, error.reason) if isinstance(error, MessengerError) else None


def errors(outcomes: dict[Operation, Outcome]) -> dict[Operation, tuple[str, str] | None]:
    return {operation: told(outcome.error) for operation, outcome in outcomes.items() if outcome.error}
