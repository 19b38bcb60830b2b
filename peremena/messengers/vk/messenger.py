"""VK as a messenger: an account of the school's with the `messages` right makes rooms and lets people in and out."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from peremena.core.capabilities import Capabilities
from peremena.core.errors import MessengerError, UnusableInput
from peremena.core.operations import ChatKey, Operation
from peremena.messengers.base import Credential, FoundRoom, Identity, Limiter, Outcome, Requests, RoomState
from peremena.messengers.vk.calls import CALLS_PER_REQUEST, Call, Parcel, call_for, pack
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.errors import known_shape
from peremena.messengers.vk.finding import WHO_AM_I, found_since
from peremena.messengers.vk.outcomes import outcomes, second_call, second_result
from peremena.messengers.vk.reading import Reading
from peremena.wire.doorway import Bounds, Wire

USER_PACE = 3.0  # requests a second for a user's token


class VkMessenger:
    """A privileged user's connection. External ids of rooms are the chat ids this account sees."""

    id: ClassVar[str] = "vk"

    def __init__(self, config: VkConfig, client: VkClient) -> None:
        self.can = capabilities(config)
        self.requests: Requests = client.requests
        self.patience = client.wire.patience
        self._client = client

    def identity(self) -> Identity:
        (value,) = self._client.ask([WHO_AM_I])
        if isinstance(value, MessengerError):
            raise value
        with known_shape():
            user = value[0]
            return Identity(str(user["id"]), f"{user['first_name']} {user['last_name']}")

    def clock(self) -> float:
        offset = self._client.wire.clock_offset
        if offset is None:  # nothing heard yet
            (value,) = self._client.ask([Call("utils.getServerTime", {})])
            if isinstance(value, MessengerError):
                raise value
            return float(value)
        return time.time() + offset

    def read(self, rooms: Collection[str]) -> Mapping[str, RoomState | MessengerError]:
        return Reading(rooms).run(self._client)

    def found_since(self, began: float) -> Sequence[FoundRoom]:
        return found_since(self._client, began)

    def take(self, operations: Sequence[Operation]) -> int:
        return sum(1 + len(parcel.members) for parcel in pack(operations))

    def apply(self, operations: Sequence[Operation], rooms: Mapping[ChatKey, str]) -> Sequence[Outcome]:
        parcels = pack(operations)
        if sum(1 + len(parcel.members) for parcel in parcels) < len(operations):
            raise ValueError("more operations than fit one request: see take()")
        results = self._send(parcels, rooms)
        self._look_again(parcels, rooms, results)
        placed = dict(pair for parcel in parcels for pair in outcomes(parcel, results[parcel.place]))
        return [placed[place] for place in range(len(operations))]

    def close(self) -> None:
        self._client.wire.close()

    def _send(self, parcels: Sequence[Parcel], rooms: Mapping[ChatKey, str]) -> dict[int, Any]:
        """By a parcel's place: the value of its call, or the error."""
        results: dict[int, Any] = {}
        calls: dict[int, Call] = {}
        for parcel in parcels:
            try:
                calls[parcel.place] = call_for(parcel, rooms)
            except MessengerError as error:
                results[parcel.place] = error
        if calls:
            results.update(zip(calls, self._client.execute(list(calls.values())), strict=True))
        return results

    def _look_again(self, parcels: Sequence[Parcel], rooms: Mapping[ChatKey, str], results: dict[int, Any]) -> None:
        """A second request, where refusals ask for one: is the person inside? does the room come about without its people?
        Its own failure never hides what the first one has done."""
        doubtful = {
            parcel.place: (parcel, call)
            for parcel in parcels
            if (call := second_call(parcel, rooms, results[parcel.place])) is not None
        }
        if not doubtful:
            return
        try:
            values = self._client.execute([call for _, call in doubtful.values()])
        except MessengerError as error:
            values = [error] * len(doubtful)
        for (place, (parcel, _)), value in zip(doubtful.items(), values, strict=True):
            results[place] = second_result(parcel.operation, results[place], value)


def capabilities(config: VkConfig) -> Capabilities:
    """What the token of a user with the `messages` right can do."""
    return Capabilities(
        create_chat=True,
        rename=True,
        add_member=True,
        remove_member=True,
        set_role=config.set_role,
        batch_size=CALLS_PER_REQUEST,
        pace=USER_PACE,
    )


def open_vk(config: VkConfig, credential: Credential, limiter: Limiter) -> VkMessenger:
    """A connection by the token of a user with the `messages` right. UnusableInput for any other kind of token."""
    if credential.kind != "user":
        raise UnusableInput(
            f"Подключение «vk»: ключ вида «{credential.kind}» не поддерживается; нужен ключ пользователя с правом messages."
        )
    take_place = partial(limiter, f"vk:{credential.token.fingerprint()}", USER_PACE)
    bounds = Bounds(connect=config.timeout / 4, read=config.timeout / 2, total=config.timeout)
    client = VkClient(config, credential.token, Wire(config.api_url, take_place, bounds=bounds))
    return VkMessenger(config, client)
