"""What a witness is given of the stand-in: people, faults and figures. Every call is made by the client itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.names import Names
from tests.sandbox.process import Person, Sandbox

CHATS = 2_000_000_000  # the peer of a chat is this and its number


@dataclass(frozen=True)
class Community:
    id: int
    token: str
    service_token: str


@dataclass(frozen=True)
class Stand:
    sandbox: Sandbox
    names: Names

    @property
    def port(self) -> int:
        """Of https, for every name of VK's."""
        return self.names.port

    @property
    def authority(self) -> Path:
        return self.names.authority

    def people(self, number: int, **attributes: Any) -> list[Person]:
        return self.sandbox.people(number, **attributes)

    def community(self) -> Community:
        return Community(**self.sandbox.seed(community={"name": "Школа"})["community"])

    def fault(self, kind: str, **fields: Any) -> None:
        ordered = self.sandbox.control("faults", {"faults": [{"kind": kind, **fields}]})
        assert ordered.status_code == 200, ordered.text

    def requests(self, method: str) -> int:
        """How often the method was called, the refused calls too."""
        return int(self.sandbox.stats()["requests"].get(method, 0))

    def answered(self, method: str) -> int:
        return int(self.sandbox.stats()["answered"].get(method, 0))
