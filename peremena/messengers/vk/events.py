"""What happens in VK's chats, by long poll: service messages about people and titles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from peremena.core.errors import Transient, Unsupported
from peremena.messengers.base import Credential, Heard, Limiter
from peremena.messengers.vk.calls import FIRST_CHAT_PEER, Call
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.config import VkConfig, is_private
from peremena.messengers.vk.errors import SOON, garbled, known_shape
from peremena.messengers.vk.messenger import client_for
from peremena.wire.doorway import WireError
from peremena.wire.listening import Listening
from peremena.wire.secret import Secret

WAIT = 25  # seconds a poll waits for news: what VK's own clients ask for
ANSWER_WITHIN = WAIT + 10.0  # seconds
# Service messages that tell of a room's people or its title.
ACTS = frozenset(
    {
        "chat_title_update",
        "chat_invite_user",
        "chat_invite_user_by_link",
        "chat_invite_user_by_message_request",
        "chat_kick_user",
    }
)
MESSAGE = 4  # an update of a person's long poll: [4, id, flags, peer, date, text, {"source_act", "from", …}, …]
PEER, EXTRA = 3, 6
LOST_SOME, NEW_KEY, NEW_KEY_AND_POSITION = 1, 2, 3  # `failed` of an answer


class Act(NamedTuple):
    """A service message: where, by whom."""

    peer: int
    author: str


def of_person(updates: Iterable[Any]) -> Iterable[Act]:
    """Acts among the updates of messages.getLongPollServer, version 3."""
    for update in updates:
        if update[0] == MESSAGE and isinstance(extra := update[EXTRA], dict) and extra.get("source_act") in ACTS:
            yield Act(update[PEER], str(extra["from"]))


def of_community(updates: Iterable[Any]) -> Iterable[Act]:
    """Acts among the events of groups.getLongPollServer; what the community does itself is told as message_reply."""
    for update in updates:
        if update["type"] in ("message_new", "message_reply"):
            told = update["object"]
            message = told["message"] if update["type"] == "message_new" else told
            if message.get("action", {}).get("type") in ACTS:
                yield Act(message["peer_id"], str(message["from_id"]))


@dataclass(frozen=True, slots=True)
class Poll:
    """How a kind of token listens: what names the server, what is asked of it, and how its updates are read."""

    server: Callable[[str], Call]  # by our own account
    parameters: Mapping[str, int]
    acts: Callable[[Iterable[Any]], Iterable[Act]]


def _server_of_person(account: str) -> Call:
    return Call("messages.getLongPollServer", {"lp_version": 3})


def _server_of_community(account: str) -> Call:
    return Call("groups.getLongPollServer", {"group_id": -int(account)})


POLLS = {
    # Mode 2 brings the extra fields, which tell of acts and their authors.
    "user": Poll(_server_of_person, {"mode": 2, "version": 3}, of_person),
    "community": Poll(_server_of_community, {}, of_community),
}


class Server(NamedTuple):
    url: str
    key: Secret
    position: str


class VkEvents:
    """One long poll. The key is asked for with a call of the connection; polls themselves cost no place in its queue."""

    def __init__(self, config: VkConfig, client: VkClient, poll: Poll, account: str, listening: Listening) -> None:
        self._scheme = urlsplit(config.api_url).scheme
        self._client = client
        self._poll = poll
        self._account = account
        self._listening = listening
        self._server: Server | None = None

    async def next(self, position: str) -> Heard:
        if self._server is None:
            self._server = await asyncio.to_thread(self._find_server)
        if not position:
            return Heard(frozenset(), self._server.position, gap=True)
        answer = await self._ask(self._server, position)
        with known_shape():
            return self._heard(answer, position)

    async def close(self) -> None:
        self._client.wire.close()
        await self._listening.close()

    def _heard(self, answer: dict[str, Any], position: str) -> Heard:
        failed = answer.get("failed")
        if failed is None:
            acts = [act for act in self._poll.acts(answer["updates"]) if act.peer > FIRST_CHAT_PEER]
            others, own = (
                frozenset(str(act.peer - FIRST_CHAT_PEER) for act in acts if (act.author == self._account) is ours)
                for ours in (False, True)
            )
            return Heard(others, str(answer["ts"]), own=own)
        if failed == LOST_SOME:
            return Heard(frozenset(), str(answer["ts"]), gap=True)
        if failed not in (NEW_KEY, NEW_KEY_AND_POSITION):
            raise Unsupported("unknown_method")
        self._server = None
        return Heard(frozenset(), position if failed == NEW_KEY else "")

    async def _ask(self, server: Server, position: str) -> dict[str, Any]:
        asked: dict[str, str | int | Secret] = {"act": "a_check", "key": server.key, "ts": position, "wait": WAIT}
        try:
            answer: dict[str, Any] = await self._listening.get(server.url, {**asked, **self._poll.parameters})
        except WireError as error:
            raise Transient(error.reason, str(error), retry_after=SOON) from error
        return answer

    def _find_server(self) -> Server:
        value = self._client.value_of(self._poll.server(self._account))
        with known_shape():
            # A person's server is named without a scheme.
            url = value["server"] if "://" in value["server"] else f"{self._scheme}://{value['server']}"
            server = Server(url, Secret(value["key"]), str(value["ts"]))
        if not is_private(server.url):
            raise garbled()
        return server


def listen_to_vk(config: VkConfig, credential: Credential, limiter: Limiter, account: str) -> VkEvents:
    """The long poll of this credential, whose own account is `account`."""
    client = client_for(config, credential, limiter)
    return VkEvents(config, client, POLLS[credential.kind], account, Listening(wait=ANSWER_WITHIN))
