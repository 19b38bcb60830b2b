"""Messengers each of which breaks some rules of the contract."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pytest

from peremena.core.errors import MessengerError, Refused
from peremena.core.operations import AddMember, ChatKey, CreateChat, Operation, RemoveMember
from peremena.messengers.base import FoundRoom, Identity, Lost, Outcome, RoomState
from peremena.messengers.memory import MemoryMessenger, Room
from peremena.wire.secret import Secret


class Forgetful(MemoryMessenger):
    """Says it removed and did not."""

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        kept = super().apply([op for op in operations if not isinstance(op, RemoveMember)], rooms)
        done = {outcome.operation: outcome for outcome in kept}
        return [done.get(operation, Outcome(operation)) for operation in operations]


class Lenient(MemoryMessenger):
    """Takes every refusal for success."""

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        return [replace(outcome, error=None) for outcome in super().apply(operations, rooms)]


class Resentful(MemoryMessenger):
    """Refuses to add whoever is or ever was inside."""

    def _add(self, member: str, room: Room) -> bool:
        if member in self._known:
            raise Refused("access_denied")
        self._known.add(member)
        return super()._add(member, room)

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self._known: set[str] = set()


class ShortSighted(MemoryMessenger):
    """Sees only those it added itself."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.added = {self._account}

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        self.added |= {operation.member for operation in operations if isinstance(operation, AddMember)}
        return super().apply(operations, rooms)

    def _state(self, external_id: str) -> RoomState | MessengerError:
        state = super()._state(external_id)
        return replace(state, members=state.members & self.added) if isinstance(state, RoomState) else state


class Loud(MemoryMessenger):
    """Shows every title in capitals."""

    def _state(self, external_id: str) -> RoomState | MessengerError:
        state = super()._state(external_id)
        return replace(state, title=state.title.upper()) if isinstance(state, RoomState) else state


class Vague(MemoryMessenger):
    """Does not tell a room that is gone from one that is closed."""

    def _state(self, external_id: str) -> RoomState | MessengerError:
        state = super()._state(external_id)
        return state if isinstance(state, RoomState) else Refused("room_closed")


class Lazy(MemoryMessenger):
    """Says it added and did not, unless while making rooms."""

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        if any(isinstance(operation, CreateChat) for operation in operations):
            return super().apply(operations, rooms)
        kept = super().apply([op for op in operations if not isinstance(op, AddMember)], rooms)
        done = {outcome.operation: outcome for outcome in kept}
        return [done.get(operation, Outcome(operation)) for operation in operations]


class Timeless(MemoryMessenger):
    """Finds every room of ours, however old."""

    def found_since(self, began: float, known: Collection[str] = ()) -> Sequence[FoundRoom]:
        return super().found_since(0.0, known)


class Impatient(MemoryMessenger):
    """Sends a request to make a room twice when the first answer was lost."""

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        if self._world.answers_to_lose and any(isinstance(operation, CreateChat) for operation in operations):
            self._world.answers_to_lose = 2
            with pytest.raises(Lost):
                super().apply(operations, rooms)
        return super().apply(operations, rooms)


class Trusting(MemoryMessenger):
    """Lets everybody in, under a name of its own."""

    def _sign_in(self) -> None:
        pass

    def identity(self) -> Identity:
        return Identity("somebody", "")


class Greedy(MemoryMessenger):
    """Takes all there is, and something of nothing, and counts nothing."""

    def take(self, operations: Sequence[Operation]) -> Sequence[int]:
        return range(max(1, len(operations)))

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        self.can = replace(self.can, batch_size=len(operations))
        outcomes = super().apply(operations, rooms)
        self.requests.write = 0
        return outcomes


class OneDoor(MemoryMessenger):
    """Has one link for everything."""

    def link(self, room: str) -> Secret:
        return Secret("https://memory.invalid/")
