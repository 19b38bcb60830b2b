"""The stand-in for VK in a process of its own, and a hand in its world."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from peremena.messengers.base import Messenger
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.credentials import credential_kind
from peremena.messengers.vk.messenger import VkMessenger
from peremena.wire.doorway import Wire
from peremena.wire.secret import Secret
from tests.wire.places import told

ROOT = Path(__file__).parents[2]


class Sandbox:
    """A running stand-in: its address and its control panel."""

    def __init__(self, url: str, control_token: str) -> None:
        self.url = url
        self._http = httpx2.Client(base_url=url, trust_env=False)
        self._control = {"X-Control-Token": control_token}

    def reset(self) -> None:
        self._http.post("/control/reset", headers=self._control).raise_for_status()

    def seed(self, users: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self._seed({"users": users})["users"]

    def community(self) -> dict[str, Any]:
        """The community, with its key."""
        return self._seed({"users": [], "community": {"name": "Школа"}})["community"]

    def _seed(self, order: dict[str, Any]) -> dict[str, Any]:
        return self._http.post("/control/seed", json=order, headers=self._control).raise_for_status().json()

    def stats(self) -> dict[str, Any]:
        return self._http.get("/control/stats").raise_for_status().json()

    def call(self, token: str, method: str, **params: object) -> Any:
        answer = self.answer(token, method, **params)
        assert "response" in answer, answer
        return answer["response"]

    def answer(self, token: str, method: str, **params: object) -> dict[str, Any]:
        form = {"access_token": token, "v": "5.199", **params}
        return self._http.post(f"/method/{method}", data=form).json()

    def close(self) -> None:
        self._http.close()


@contextmanager
def running_sandbox(state: Path) -> Iterator[Sandbox]:
    command = [sys.executable, "-m", "vk_sandbox", "--port", "0", "--state", str(state), "--pace", "100000"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        words = process.stdout.readline().split()  # "… http://127.0.0.1:PORT control-token=…"
        sandbox = Sandbox(words[-2], words[-1].removeprefix("control-token="))
        yield sandbox
        sandbox.close()
    finally:
        process.terminate()
        process.communicate(timeout=10)


class LosingTransport(httpx2.BaseTransport):
    """The network, which loses an answer when told to."""

    def __init__(self) -> None:
        self.losing = False
        self._network = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._network.handle_request(request)
        if self.losing:
            response.read()
            self.losing = False
            raise httpx2.ReadError("reset by peer", request=request)
        return response

    def close(self) -> None:
        self._network.close()


class VkHarness:
    """A school's account in a freshly seeded stand-in."""

    unknown = "799999999"
    no_room = "99999"

    def __init__(self, sandbox: Sandbox, config: VkConfig | None = None, people: int = 40, kind: str = "user") -> None:
        self.sandbox = sandbox
        self.kind = credential_kind(kind)
        self.config = config or VkConfig(api_url=sandbox.url)
        sandbox.reset()
        names = ["school", "closed", *(f"person {number}" for number in range(people))]
        users = sandbox.seed(
            [
                {
                    "key": key,
                    "first_name": "Имя",
                    "last_name": key,
                    "profiles": ["vk", "study"],
                    "closed": key == "closed",
                }
                for key in names
            ]
        )
        ids = [str(user["study_id"]) for user in users]
        self.tokens = {account: user["token"] for account, user in zip(ids, users, strict=True)}
        self.account, self.closed, *self.people = ids
        if kind == "community":
            community = sandbox.community()
            self.account = str(-community["id"])
            self.tokens[self.account] = community["token"]
        self.network = LosingTransport()
        self.places: list[int] = []
        self.messenger: Messenger = self.connected(self.tokens[self.account])

    def connected(self, token: str) -> VkMessenger:
        wire = Wire(self.config.api_url, told(self.places), transport=self.network)
        return VkMessenger(self.config, VkClient(self.config, Secret(token), wire), self.kind)

    def join(self, room: str, account: str) -> None:
        own = self.tokens[self.account]
        if self.kind.adds_members:
            self.sandbox.call(own, "messages.addChatUser", chat_id=room, user_id=account)
        else:
            self.come_by_link(room, account)

    def come_by_link(self, room: str, account: str) -> None:
        own = self.tokens[self.account]
        link = self.sandbox.call(own, "messages.getInviteLink", peer_id=2_000_000_000 + int(room))["link"]
        self.sandbox.call(self.tokens[account], "messages.joinChatByInviteLink", link=link)

    def follow(self, link: Secret, account: str) -> bool:
        answer = self.sandbox.answer(self.tokens[account], "messages.joinChatByInviteLink", link=link.reveal())
        return "response" in answer

    def leave(self, room: str, account: str) -> None:
        title = self._titles(self.account)[room]
        (own_number,) = [number for number, own in self._titles(account).items() if own == title]
        self.sandbox.call(self.tokens[account], "messages.removeChatUser", chat_id=own_number, member_id=account)

    def _titles(self, account: str) -> dict[str, str]:
        """The rooms of an account by its own numbers."""
        items = self.sandbox.call(self.tokens[account], "messages.getConversations", count=200)["items"]
        conversations = [item["conversation"] for item in items]
        return {str(one["peer"]["local_id"]): one["chat_settings"]["title"] for one in conversations}

    def lose_next_answer(self) -> None:
        self.network.losing = True

    def pass_time(self) -> None:
        began = self._second()
        while self._second() == began:
            pass

    def _second(self) -> int:
        second: int = self.sandbox.call(self.tokens[self.account], "utils.getServerTime")
        return second

    def with_a_refused_credential(self) -> Messenger:
        return self.connected("vk1.a.nobody")

    def close(self) -> None:
        self.messenger.close()
