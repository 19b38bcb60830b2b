"""The stand-in for VK beside us: its control panel, spoken to over the wire. Never anything but loopback."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peremena.core.errors import UnusableInput
from peremena.wire.doorway import Wire, WireError, at_once
from peremena.wire.secret import Secret

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
TOKEN_FILE = "control-token"  # noqa: S105 - a file's name
AT_ONCE = 2000  # people in one request


class Sandbox:
    """`state` is its folder, where it keeps the control token. UnusableInput when the address is not on this machine."""

    def __init__(self, url: str, state: Path) -> None:
        if urlsplit(url).hostname not in LOOPBACK:
            raise UnusableInput(f"{url}: это не учебный стенд на этой машине; здесь такое делать нельзя.")
        self._url = url
        self._token_file = state / TOKEN_FILE

    def seed(self, users: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Accounts for `users` (see the stand-in's README), those that exist already included; answers in their order."""
        parts = (users[start : start + AT_ONCE] for start in range(0, len(users), AT_ONCE))
        return [answer for part in parts for answer in self._order({"users": part})["users"]]

    def community(self, name: str) -> str:
        """The key of the community, made if there is none yet."""
        return str(self._order({"users": [], "community": {"name": name}})["community"]["token"])

    def phones(self, numbers: Sequence[str]) -> None:
        """Numbers of people who have no VK ID yet and may register with them."""
        self._order({"phones": list(numbers)})

    def register(self, client_id: str, name: str, return_address: str) -> None:
        """Our application at VK ID, which may send people back to this address alone."""
        self._order({"apps": [{"client_id": client_id, "name": name, "redirect_uris": [return_address]}]})

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        wire = Wire(self._url, at_once)
        try:
            headers = {"X-Control-Token": Secret(self._token_file.read_text(encoding="utf-8").strip())}
            answer: dict[str, Any] = wire.post_json("/control/seed", order, headers)
        except (WireError, OSError) as error:
            why = error.reason if isinstance(error, WireError) else "нет ключа управления"
            raise UnusableInput(f"Учебный стенд {self._url} не отвечает ({why}): запустите «peremena demo».") from error
        finally:
            wire.close()
        return answer
