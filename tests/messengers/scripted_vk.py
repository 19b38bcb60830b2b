"""VK's side of the wire, answered by a function: for what a sandbox cannot be brought to say."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx2

from peremena.messengers.vk.calls import Call
from peremena.messengers.vk.client import VkClient
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.credentials import credential_kind
from peremena.messengers.vk.messenger import VkMessenger
from peremena.wire.doorway import Wire, at_once
from peremena.wire.secret import Secret


class Failure:
    """A call that fails inside `execute`."""

    def __init__(self, code: int) -> None:
        self.code = code


def calls_of(request: httpx2.Request) -> list[Call]:
    """The calls in the VKScript `return [API.a.b({…}),…];` of a request."""
    code = parse_qs(request.content.decode())["code"][0]
    assert (code[:8], code[-2:]) == ("return [", "];")
    rest, calls = code[8:-2], []
    while rest:
        method, _, rest = rest.removeprefix(",").removeprefix("API.").partition("(")
        params, end = json.JSONDecoder().raw_decode(rest)
        calls.append(Call(method, params))
        rest = rest[end:].removeprefix(")")
    return calls


def answer_of(values: list[Any], calls: list[Call]) -> dict[str, Any]:
    errors = [
        {"method": call.method, "error_code": value.code, "error_msg": f"words of {value.code}"}
        for call, value in zip(calls, values, strict=True)
        if isinstance(value, Failure)
    ]
    response = [False if isinstance(value, Failure) else value for value in values]
    return {"response": response, **({"execute_errors": errors} if errors else {})}


class ScriptedVk:
    """`answer` is called with each call and gives its value or a Failure; `seen` are the calls, request by request."""

    def __init__(self, answer: Callable[[Call], Any], config: VkConfig | None = None) -> None:
        self.seen: list[list[Call]] = []
        self._answer = answer
        self.transport = httpx2.MockTransport(self.respond)
        wire = Wire("http://vk.invalid", at_once, transport=self.transport)
        config = config or VkConfig()
        self.messenger = VkMessenger(config, VkClient(config, Secret("token"), wire), credential_kind("user"))

    def respond(self, request: httpx2.Request) -> httpx2.Response:
        calls = calls_of(request)
        self.seen.append(calls)
        return httpx2.Response(200, json=answer_of([self._answer(call) for call in calls], calls))

    def methods(self) -> list[list[str]]:
        return [[call.method.partition(".")[2] for call in calls] for calls in self.seen]
