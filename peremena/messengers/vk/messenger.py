"""VK as a messenger: an account of the school's, a person's or a community's, makes rooms and lets people in and out."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from peremena.core.capabilities import NEEDS, Capabilities
from peremena.core.errors import MessengerError, Unsupported
from peremena.core.operations import ChatKey, Operation
from peremena.messengers.base import Credential, FoundRoom, Identity, Limiter, Outcome, Requests, RoomState
from peremena.messengers.vk.calls import Call, link_call
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.credentials import CredentialKind, credential_kind
from peremena.messengers.vk.finding import found_since
from peremena.messengers.vk.outcomes import all_outcomes, link_in, second_call, second_result
from peremena.messengers.vk.packing import Parcel, call_for, pack, places
from peremena.messengers.vk.reading import Reading
from peremena.wire.doorway import Bounds, Wire
from peremena.wire.secret import Secret


class VkMessenger:
    """External ids of rooms are the chat ids this account sees."""

    id: ClassVar[str] = "vk"

    def __init__(self, config: VkConfig, client: VkClient, kind: CredentialKind) -> None:
        self.can = kind.capabilities(config)
        self.requests: Requests = client.requests
        self.patience = client.wire.patience
        self._client = client
        self._kind = kind

    @property
    def latency(self) -> float:
        return self._client.wire.latency

    def identity(self) -> Identity:
        return self._kind.identity(self._client.value_of(self._kind.who_am_i))

    def clock(self) -> float:
        offset = self._client.wire.clock_offset
        if offset is None:  # nothing heard yet
            return float(self._client.value_of(Call("utils.getServerTime", {})))
        return time.time() + offset

    def read(self, rooms: Collection[str]) -> Mapping[str, RoomState | MessengerError]:
        return Reading(rooms).run(self._client)

    def link(self, room: str) -> Secret:
        """What `vk.me/join/…` is to a stranger, the chat itself is to its member: VK numbers chats for each account apart, so no
        other address leads all of them to it."""
        return link_in(self._client.value_of(link_call(room, renew=False)))

    def found_since(self, began: float, known: Collection[str] = ()) -> Sequence[FoundRoom]:
        return found_since(self._client, self._kind, began, known)

    def take(self, operations: Sequence[Operation]) -> Sequence[int]:
        return places(self._packed(operations))

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        parcels = dict(enumerate(self._packed(operations)))
        if len(places(list(parcels.values()))) < len(operations):
            raise ValueError("more operations than fit one request: see take()")
        results = self._send(parcels, rooms)
        self._look_again(parcels, rooms, results)
        placed = all_outcomes({number: (parcel, results[number]) for number, parcel in parcels.items()})
        return [placed[place] for place in range(len(operations))]

    def close(self) -> None:
        self._client.wire.close()

    def _packed(self, operations: Sequence[Operation]) -> list[Parcel]:
        return pack(operations, by_link=self.can.invite_link)

    def _send(self, parcels: Mapping[int, Parcel], rooms: Mapping[ChatKey, str]) -> dict[int, Any]:
        """By a parcel's number: the value of its call, or the error."""
        results: dict[int, Any] = {}
        calls: dict[int, Call] = {}
        for number, parcel in parcels.items():
            try:
                if not getattr(self.can, NEEDS[type(parcel.operation)]):
                    raise Unsupported(parcel.operation.name)
                calls[number] = call_for(parcel, rooms)
            except MessengerError as error:
                results[number] = error
        if calls:
            results.update(zip(calls, self._client.execute(list(calls.values())), strict=True))
        return results

    def _look_again(self, parcels: Mapping[int, Parcel], rooms: Mapping[ChatKey, str], results: dict[int, Any]) -> None:
        """A second request, where refusals ask for one: is the person inside? does the room come about without its people?
        Its own failure never hides what the first one has done."""
        doubtful = {
            number: call
            for number, parcel in parcels.items()
            if (call := second_call(parcel, rooms, results[number])) is not None
        }
        if not doubtful:
            return
        try:
            values = self._client.execute(list(doubtful.values()))
        except MessengerError as error:
            values = [error] * len(doubtful)
        for number, value in zip(doubtful, values, strict=True):
            results[number] = second_result(parcels[number].operation, results[number], value)


def capabilities(config: VkConfig, kind: str) -> Capabilities:
    """What a token of this kind can do. UnusableInput for a kind VK does not have."""
    return credential_kind(kind).capabilities(config)


def open_vk(config: VkConfig, credential: Credential, limiter: Limiter) -> VkMessenger:
    """A connection by the token of a user or of a community with the `messages` right."""
    kind = credential_kind(credential.kind)
    return VkMessenger(config, client_for(config, credential, limiter), kind)


def client_for(config: VkConfig, credential: Credential, limiter: Limiter) -> VkClient:
    """Whose requests take their places in the queue of this credential."""
    pace = credential_kind(credential.kind).pace
    take_place = partial(limiter, f"vk:{credential.token.fingerprint()}", pace)
    bounds = Bounds(connect=config.timeout / 4, read=config.timeout / 2, total=config.timeout)
    return VkClient(config, credential.token, Wire(config.api_url, take_place, bounds=bounds))
