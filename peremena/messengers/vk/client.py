"""Many calls in one request to VK, each with its own answer."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from peremena.core.errors import MessengerError, Transient
from peremena.messengers.base import Lost, Requests
from peremena.messengers.vk.calls import WRITES, Call
from peremena.messengers.vk.config import VkConfig
from peremena.messengers.vk.errors import MINUTE, SOON, error_in, garbled, known_shape
from peremena.wire.doorway import Wire, WireError
from peremena.wire.secret import Secret

EXECUTE = "execute"
ROUNDS = 5  # of asking what passing troubles keep from being answered
SLOW = frozenset({"timeout", "unreachable"})  # asked again later: each time costs seconds


class VkClient:
    """Sends calls as one `execute`; counts what was sent. Safe to share between threads."""

    def __init__(self, config: VkConfig, token: Secret, wire: Wire) -> None:
        self.wire = wire
        self.requests = Requests()
        self._config = config
        self._token = token
        self._counting = threading.Lock()

    def execute(self, calls: Sequence[Call]) -> list[Any]:
        """For each call its value, or the MessengerError it failed with. Raises what befell the request as a whole."""
        script = f"return [{','.join(call.script() for call in calls)}];"
        form: dict[str, str | Secret] = {"code": script, "v": self._config.v, "access_token": self._token}
        try:
            answer = self.wire.post(f"/method/{EXECUTE}", form)
        except WireError as error:
            if error.reason != "unreachable":
                self._count(calls)
            if error.lost:
                raise Lost(error.reason, str(error), retry_after=SOON) from error
            raise Transient(error.reason, str(error), retry_after=SOON, longest=MINUTE) from error
        self._count(calls)
        with known_shape():
            return answers(calls, answer)

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """`execute` for calls that only read, which is harmless twice: those that a passing trouble has struck are asked
        again at once, a few times, so that one bad answer of many does not cost all the others."""
        values: list[Any] = [None] * len(calls)
        left = list(range(len(calls)))
        for rounds in range(ROUNDS, 0, -1):
            try:
                found = self.execute([calls[place] for place in left])
            except Transient as error:
                if rounds == 1 or not _passes(error):
                    raise
                continue
            for place, value in zip(left, found, strict=True):
                values[place] = value
            left = [place for place in left if _passes(values[place])]
            if not left:
                break
        return values

    def value_of(self, call: Call) -> Any:
        """The same for one call; its error is raised."""
        (value,) = self.ask([call])
        if isinstance(value, MessengerError):
            raise value
        return value

    def _count(self, calls: Sequence[Call]) -> None:
        with self._counting:
            if any(call.method in WRITES for call in calls):
                self.requests.write += 1
            else:
                self.requests.read += 1
            for method in (EXECUTE, *(call.method for call in calls)):
                self.requests.by_method[method] = self.requests.by_method.get(method, 0) + 1


def answers(calls: Sequence[Call], answer: dict[str, Any]) -> list[Any]:
    """Takes an answer of `execute` apart: the k-th `false` belongs to the k-th entry of `execute_errors`, and their
    methods must agree. Raises the error of the whole request, or `garbled`."""
    if "error" in answer:
        raise error_in(answer["error"])
    values, failures = answer["response"], iter(answer.get("execute_errors", ()))
    if len(values) != len(calls):
        raise garbled()
    matched = [
        _failure_of(call, next(failures, None)) if value is False else value
        for call, value in zip(calls, values, strict=True)
    ]
    if next(failures, None) is not None:
        raise garbled()
    return matched


def _passes(value: Any) -> bool:
    """Whether this is a trouble that may be over at the next request."""
    return isinstance(value, Transient) and value.retry_after < MINUTE and value.reason not in SLOW


def _failure_of(call: Call, entry: dict[str, Any] | None) -> MessengerError:
    if entry is None or entry["method"] != call.method:
        raise garbled()
    return error_in(entry)
