"""What a messenger is to us: it says what it can do, it reads rooms, it applies operations. Adapters only raise or report;
they write nothing down. Every implementation passes the same contract (tests/messengers/contract.py).

Reasons of a Refused that mean the same in every messenger: `unknown_account`, `privacy` (the person lets nobody add him),
`access_denied` (who left by himself is not brought back, for one), `room_gone` (no such room), `room_closed` (we are not inside,
or nothing works there any more), `not_admin`, `not_a_member`. A messenger's own codes stand beside them (`vk_913`).
Who comes in by a link comes by himself: where `can.invite_link`, an InviteMember brings the room's link, and a RemoveMember
renews it, for whoever is put out knows the old one.
Transient `not_added`, with no wait: given to a create and not taken; an add by itself tells why.
Transient `captcha`, `validation`: a person must first prove something in the messenger, with the connection's account."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from peremena.core.capabilities import Capabilities
from peremena.core.errors import MessengerError, Transient
from peremena.core.operations import ChatKey, Operation
from peremena.wire.doorway import Sent
from peremena.wire.secret import Secret

# Takes a place in the queue of one credential: (its key, requests a second allowed); returns when the request may go, with
# whom to tell when it has gone.
Limiter = Callable[[str, float], Sent]


class Lost(Transient):
    """Sent, but the answer was lost or says nothing: it may have taken effect. A plain Transient surely did not."""


class Credential(NamedTuple):
    """What a connection signs its requests with; `kind` decides what it can do ("user", "community")."""

    kind: str
    token: Secret


class Identity(NamedTuple):
    """Who a credential acts as: the messenger's own id, and a name to show to an administrator."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room as the messenger describes it. `members` are messenger ids, our own account included when it is inside;
    `left` are those who went by themselves, where the messenger tells."""

    title: str
    owner: str
    members: frozenset[str]
    admins: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


class FoundRoom(NamedTuple):
    """A room of ours as found in the messenger, not by our own books. `began` is unix time by the messenger's clock."""

    external_id: str
    title: str
    owner: str
    began: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one operation. `error` None = it is so now ("already so" included). `room` is the external id of a
    room just created. `applied` is False where nothing had to change, as far as the messenger tells. Members given to a
    create that failed bear its error. `link` is how people come in: of an invitation, and of a removal after which it had
    to be another one."""

    operation: Operation
    error: MessengerError | None = None
    room: str = ""
    applied: bool = True
    link: Secret | None = None


@dataclass(slots=True)
class Requests:
    """How many HTTP requests were sent, by purpose; the figures of `sync --json` and of the benches."""

    read: int = 0
    write: int = 0
    by_method: dict[str, int] = field(default_factory=dict)


class Heard(NamedTuple):
    """`rooms`: external ids of those where others did something; `position`: where to listen on from, to be remembered; `gap`:
    something may have been missed; `own`: rooms where our own account did something, be it by us or by a person's hand."""

    rooms: frozenset[str]
    position: str
    gap: bool = False
    own: frozenset[str] = frozenset()


class Events(Protocol):
    """What happens in the rooms of one connection. Only hints: what is so tells the next read."""

    async def next(self, position: str) -> Heard:
        """Waits, half a minute at most, for what happened after `position`; "" = from now on, which is a gap.
        Raises as Messenger does."""

    async def close(self) -> None:
        """Let go of sockets."""


class Messenger(Protocol):
    """One connection to one messenger."""

    id: ClassVar[str]
    can: Capabilities
    requests: Requests
    patience: float  # seconds after which a request that we sent is surely answered, or given up by us

    @property
    def latency(self) -> float:
        """Seconds that answers have taken lately, the waiting for places aside."""

    def identity(self) -> Identity:
        """Who we are there. Unauthorized when the credential is refused."""

    def clock(self) -> float:
        """Unix time by the messenger's own clock, for comparing with FoundRoom.began."""

    def read(self, rooms: Collection[str]) -> Mapping[str, RoomState | MessengerError]:
        """The state of each room by its external id; Refused for a room that is gone or closed to us.
        Raises Transient or Unauthorized when nothing could be read."""

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        """At most what fits one request (see `take`, ValueError beyond it); one outcome for each operation, in their order.
        Raises when the request as a whole failed: Lost = any of it may have been done, else none of it was."""

    def take(self, operations: Sequence[Operation]) -> Sequence[int]:
        """The places, ascending, of those that fit one request; of one chat always its first ones, and at least one of a
        non-empty sequence. What needs the id of a room that this same request creates does not fit, unless the create
        itself carries it; other chats' operations behind it may."""

    def link(self, room: str) -> Secret:
        """The address that leads a member into the room, and whoever else has it too. Raises Refused where it is not ours to
        tell, Unsupported where there is none."""

    def found_since(self, began: float, known: Collection[str] = ()) -> Sequence[FoundRoom]:
        """Rooms we own that began at or after `began` (unix time, messenger's clock), those of our books, `known`, left out:
        for adoption after a crash."""

    def close(self) -> None:
        """Let go of sockets."""
