"""The messenger in memory with a witness beside it: who was put where by whom, and what we did that must not be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from peremena.core.capabilities import Capabilities
from peremena.core.errors import MessengerError, Unauthorized
from peremena.core.operations import AddMember, ChatKey, CreateChat, Operation, RemoveMember
from peremena.messengers.base import FoundRoom, Outcome, RoomState
from peremena.messengers.memory import EVERYTHING, MemoryMessenger, World
from tests.simulation.actors import AWAY_AT_A_REQUEST, Actor, Crew, Killed, Violation

OWN = "1"
STRANGER = "stranger"  # accounts of nobody we know begin like this
PATIENCE = 10.0  # seconds
ON_ITS_WAY = 8.0  # seconds at most until a request arrives whose sender has died
Place = tuple[str, str]  # room, account
Request = Callable[["WatchedMessenger", Sequence[Operation], Mapping[ChatKey, str]], Sequence[Outcome]]


@dataclass(slots=True)
class Witness:
    """What really happened in the rooms, whatever our books say."""

    made: dict[ChatKey, list[str]] = field(default_factory=lambda: defaultdict(list))
    put_by_us: set[Place] = field(default_factory=set)
    departed: set[Place] = field(default_factory=set)  # by themselves or by other hands, at any time
    not_again: set[Place] = field(default_factory=set)  # departed, and our books knew them as ours

    def copy(self) -> Witness:
        made = defaultdict(list, {key: list(rooms) for key, rooms in self.made.items()})
        return Witness(made, set(self.put_by_us), set(self.departed), set(self.not_again))

    def saw(self, operation: Operation, room: str, world: World, by: Actor | None) -> None:
        """An operation of ours that changed something."""
        match operation:
            case CreateChat(chat=chat, title=title):
                if standing := [each for each in self.made[chat] if each in world.rooms]:
                    raise Violation(f"a second room of «{title}»: {standing} and {room}")
                self.made[chat].append(room)
            case AddMember(member=member):
                if (room, member) in self.not_again and not (by and by.zombie):
                    raise Violation(f"{member} had gone from {room} and is added again")
                self.put_by_us.add((room, member))
            case RemoveMember(member=member):
                if member.startswith(STRANGER):
                    raise Violation(f"a stranger is put out: {member} from {room}")
                self.put_by_us.discard((room, member))

    def let_go(self, room: str, member: str) -> None:
        """We asked for him to be out: whoever is wanted there again may be added again."""
        self.not_again.discard((room, member))


@dataclass(slots=True)
class Troubles:
    """What the next requests meet: armed one by one, used up in that order."""

    writes: list[Request] = field(default_factory=list)
    reads: list[MessengerError] = field(default_factory=list)
    hang: list[str] = field(default_factory=list)  # "before" or "after": the next lane there is thought dead
    tokens: set[str] = field(default_factory=set)  # those that are accepted


class WatchedMessenger(MemoryMessenger):
    def __init__(self, town: Surroundings, token: str, can: Capabilities = EVERYTHING) -> None:
        super().__init__(town.world, OWN, can)
        self.patience = PATIENCE
        self.town = town
        self.token = token

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        town = self.town
        town.tell(f"request {[each.name for each in operations]}")
        try:
            town.hang_at("before", self._is_covered_by_patience(operations))
            town.crew.point(AWAY_AT_A_REQUEST)
        except Killed:
            if self._is_covered_by_patience(operations) and town.dice.random() < 0.5:
                arrives = town.crew.clock.now + town.dice.uniform(0.0, ON_ITS_WAY)
                town.crew.clock.at(arrives, lambda: self.arrive(operations, rooms))
            raise
        trouble = town.troubles.writes.pop(0) if town.troubles.writes else None
        try:
            outcomes = trouble(self, operations, rooms) if trouble else self.carry_out(operations, rooms)
        except MessengerError:
            town.hang_at("after", True)  # bad news may be late too
            raise
        town.hang_at("after", True)
        town.crew.sleep(town.dice.uniform(0.05, 1.0))
        town.crew.point(AWAY_AT_A_REQUEST)
        return outcomes

    def arrive(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> None:
        """A request whose sender is no more."""
        self.town.tell("a request of a dead sender arrives")
        self.carry_out(operations, rooms)

    def carry_out(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        return super().apply(operations, rooms)

    def read(self, rooms: Collection[str]) -> Mapping[str, RoomState | MessengerError]:
        self._stumble()
        return super().read(rooms)

    def found_since(self, began: float, known: Collection[str] = ()) -> Sequence[FoundRoom]:
        self._stumble()
        return super().found_since(began, known)

    def _stumble(self) -> None:
        self.town.crew.sleep(self.town.dice.uniform(0.05, 0.5))
        if self.town.troubles.reads:
            raise self.town.troubles.reads.pop(0)

    def _sign_in(self) -> None:
        if self.token not in self.town.troubles.tokens:
            raise Unauthorized("token_refused")

    def _outcome(self, operation: Operation, rooms: dict[ChatKey, str]) -> Outcome:
        outcome = super()._outcome(operation, rooms)
        if outcome.error is None:
            room = outcome.room or rooms[operation.chat]
            if isinstance(operation, RemoveMember):
                self.town.witness.let_go(room, operation.member)
            if outcome.applied:
                self.town.witness.saw(operation, room, self._world, self.town.crew.current)
        return outcome

    @staticmethod
    def _is_covered_by_patience(operations: Sequence[Operation]) -> bool:
        """Whether whoever comes next waits for what this request may still do: only creates are waited for."""
        made = {each.chat for each in operations if isinstance(each, CreateChat)}
        return all(each.chat in made for each in operations)


@dataclass(slots=True)
class Surroundings:
    """What a messenger needs to know of the schedule."""

    world: World
    witness: Witness
    troubles: Troubles
    crew: Crew
    dice: Random
    tell: Callable[[str], None]
    thought_dead: Callable[[Actor], None]

    def hang_at(self, where: str, possible: bool) -> None:
        """The acting lane hangs in its request, is thought dead, and wakes up after others have gone on."""
        actor = self.crew.current
        if not possible or actor is None or actor.job is None or where not in self.troubles.hang:
            return
        self.troubles.hang.remove(where)
        self.tell(f"{actor.name} hangs {where} its request and is thought dead")
        self.thought_dead(actor)
        self.crew.sleep(
            self.dice.uniform(0.0, ON_ITS_WAY) if where == "before" else self.dice.choice((5.0, 40.0, 900.0))
        )
