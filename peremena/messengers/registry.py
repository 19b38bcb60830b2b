"""Which messengers there are: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from peremena.core.capabilities import Capabilities
from peremena.core.errors import UnusableInput
from peremena.messengers.base import Credential, Events, Limiter, Messenger
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.credentials import KINDS
from peremena.messengers.vk.events import listen_to_vk
from peremena.messengers.vk.messenger import capabilities, open_vk


class Kind(NamedTuple):
    """A dataclass of settings, what can be done with them, what makes a connection out of them, and the kinds of credential
    there are."""

    config: type[Any]
    capabilities: Callable[[Any, str], Capabilities]
    open: Callable[[Any, Credential, Limiter], Messenger]
    listen: Callable[[Any, Credential, Limiter, str], Events]  # the last is our own account
    credentials: tuple[str, ...] = ("user",)


MESSENGERS: dict[str, Kind] = {
    "vk": Kind(VkConfig, capabilities, open_vk, listen_to_vk, tuple(KINDS)),
}


def connect(messenger: str, settings: Mapping[str, object], credential: Credential, limiter: Limiter) -> Messenger:
    """A connection by the messenger's id and its stored settings. UnusableInput names what cannot be used."""
    kind, config = _configured(messenger, settings)
    return kind.open(config, credential, limiter)


def listen(
    messenger: str, settings: Mapping[str, object], credential: Credential, limiter: Limiter, account: str
) -> Events:
    """What happens in the rooms of such a connection, whose own account is `account`."""
    kind, config = _configured(messenger, settings)
    return kind.listen(config, credential, limiter, account)


def declared(messenger: str, settings: Mapping[str, object], credential_kind: str) -> Capabilities:
    """What such a connection can do, without opening one."""
    kind, config = _configured(messenger, settings)
    return kind.capabilities(config, credential_kind)


def switches(messenger: str) -> list[str]:
    """Those of a messenger's settings that are simply on or off; the others say where it lives and are not for pages."""
    return [each.name for each in fields(MESSENGERS[messenger].config) if each.type == "bool"]


def _configured(messenger: str, settings: Mapping[str, object]) -> tuple[Kind, Any]:
    if messenger not in MESSENGERS:
        raise UnusableInput(f"Неизвестный мессенджер «{messenger}»; есть: {', '.join(MESSENGERS)}.")
    kind = MESSENGERS[messenger]
    known = [field.name for field in fields(kind.config)]
    if unknown := sorted(settings.keys() - set(known)):
        raise UnusableInput(
            f"Подключение «{messenger}»: неизвестные настройки {', '.join(unknown)}; есть: {', '.join(known)}."
        )
    return kind, kind.config(**settings)
