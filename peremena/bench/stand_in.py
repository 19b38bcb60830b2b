"""The stand-in for VK, watched from outside: its own figures and rooms, asked for without our client and its pace."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ANSWER_WITHIN = 30.0  # seconds
CALLS_AT_ONCE = 25
PAGE = 200
PACE = 6  # VK's error
GLANCE = 0.05  # seconds

Rooms = list[tuple[str, frozenset[str]]]  # title and members of each, in order; two of one title are two entries


class StandIn:
    """`state` is its folder, where the control token lies."""

    def __init__(self, port: int, state: Path) -> None:
        self.port = port
        self.state = state

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stats(self) -> dict[str, Any]:
        found: dict[str, Any] = self._answer("GET", "/control/stats")
        return found

    def reset(self) -> None:
        self._answer("POST", "/control/reset", headers=self._control())

    def order(self, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """These faults and no others from now on; what became of those before."""
        told = self._answer("POST", "/control/faults", json.dumps({"faults": faults}), self._control())
        before: list[dict[str, Any]] = told["before"]
        return before

    def seed(self, users: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Accounts for them, with ids and tokens, in their order."""
        seeded: list[dict[str, Any]] = self._answer(
            "POST", "/control/seed", json.dumps({"users": users}), self._control()
        )["users"]
        return seeded

    def call(self, token: str, method: str, **parameters: str | int) -> Any:
        """One call of the API as the owner of `token`, as soon as its pace allows. RuntimeError when it is refused."""
        form = urlencode({"access_token": token, "v": "5.199", **parameters})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        while (answer := self._answer("POST", f"/method/{method}", form, kind)).get("error", {}).get(
            "error_code"
        ) == PACE:
            time.sleep(GLANCE)
        if "error" in answer or "execute_errors" in answer:
            raise RuntimeError(f"{method}: {answer.get('error') or answer['execute_errors']}")
        return answer["response"]

    def _control(self) -> dict[str, str]:
        return {"X-Control-Token": (self.state / "control-token").read_text(encoding="ascii").strip()}

    def rooms(self, token: str) -> Rooms:
        """Every room of the account and who is inside, the account itself left out."""
        own = str(self.call(token, "users.get")[0]["id"])
        titles = self._titles(token)
        found: Rooms = []
        peers = list(titles)
        for start in range(0, len(peers), CALLS_AT_ONCE):
            part = peers[start : start + CALLS_AT_ONCE]
            for peer, value in zip(part, self._members(token, part), strict=True):
                members = {str(item["member_id"]) for item in value["items"]}
                found.append((titles[peer], frozenset(members - {own})))
        return sorted(found, key=lambda room: (room[0], sorted(room[1])))

    def _titles(self, token: str) -> dict[int, str]:
        titles: dict[int, str] = {}
        while True:
            page = self.call(token, "messages.getConversations", count=PAGE, offset=len(titles))
            for item in page["items"]:
                titles[item["conversation"]["peer"]["id"]] = item["conversation"]["chat_settings"]["title"]
            if len(titles) >= page["count"]:
                return titles

    def _members(self, token: str, peers: Iterable[int]) -> list[dict[str, Any]]:
        calls = (f'API.messages.getConversationMembers({{"peer_id": {peer}, "count": 1000}})' for peer in peers)
        found: list[dict[str, Any]] = self.call(token, "execute", code=f"return [{','.join(calls)}];")
        return found

    def _answer(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_WITHIN)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise RuntimeError(f"{path}: HTTP {response.status}")
            return json.loads(response.read())
        finally:
            connection.close()


WRITES = ("createChat", "editChat", "addChatUser", "removeChatUser", "getInviteLink")
READS = ("utils.getServerTime", "messages.getLongPollServer", "groups.getLongPollServer")


def writes(stats: Mapping[str, Any]) -> Counter[str]:
    """Calls that change something, by method; those never made are left out."""
    made = stats["requests"]
    return Counter({name: made[f"messages.{name}"] for name in WRITES if made.get(f"messages.{name}")})


def requests_between(before: dict[str, Any], after: dict[str, Any]) -> tuple[int, int]:
    """HTTP requests that wrote, and those that only read. Told apart by the reading calls that a sync without accidents and
    a listener make, each in a request of its own; one of any other kind would count as writing, never the other way round."""
    total = after["http_requests"] - before["http_requests"]
    read = sum(after["requests"].get(method, 0) - before["requests"].get(method, 0) for method in READS)
    return total - read, read
