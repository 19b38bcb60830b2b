"""Keys of long polls. They live as long as the process: after a restart every poll gets `failed: 2`, as from VK."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

Kind = Literal["user", "bot"]


@dataclass(frozen=True, slots=True)
class Listener:
    token: int
    account: int
    kind: Kind


class Keys:
    """One key for a token and a kind; asking again gives the same. Used by the database thread only."""

    def __init__(self) -> None:
        self._keys: dict[Listener, str] = {}
        self._listeners: dict[str, Listener] = {}

    def key(self, listener: Listener) -> str:
        if listener not in self._keys:
            self._keys[listener] = secrets.token_hex(20)
            self._listeners[self._keys[listener]] = listener
        return self._keys[listener]

    def listener(self, key: str) -> Listener | None:
        return self._listeners.get(key)

    def clear(self) -> None:
        self._keys.clear()
        self._listeners.clear()


KEYS = Keys()
