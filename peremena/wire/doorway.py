"""The one place that speaks HTTP: bounded in time and size, paced, and never telling a secret."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import stamina

from peremena.wire.secret import Secret

MEBIBYTE = 1 << 20
OK = 200
SERVER_TROUBLE = 500

# Shorter than the keep-alive of common servers (uvicorn's is 5 s): a connection they close just as we use it again
# would look like a lost answer, and a lost answer to a create is the dearest trouble there is.
IDLE_CONNECTION = 2.0

# Only a refused connection is tried again here, and briefly: a server that is being restarted.
ATTEMPTS = 3
LONGEST_PAUSE = 0.5

NEWEST = 0.3  # of the latency: what the last answer counts for

# Who let the request go wants to know when it has gone: a connection may have to be made before.
Sent = Callable[[], None]
SENT = "http11.send_request_body.complete"  # what httpcore calls it

# Nothing was sent: surely without effect. Everything else may have happened on the other side.
UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class WireError(Exception):
    """No usable answer. `lost` = the request may have taken effect all the same; `reason` is a stable code."""

    def __init__(self, reason: str, message: str = "", *, lost: bool) -> None:
        super().__init__(message or reason)
        self.reason = reason
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds to connect (and to send), to wait for the next piece of an answer, and for the whole of it; bytes of an
    answer."""

    connect: float = 2.0
    read: float = 10.0
    total: float = 15.0
    size: int = 32 * MEBIBYTE


class Wire:
    """A pool of connections to one base address, safe to share between threads. `take_place` is called before every
    request that is sent, repeated ones too, and blocks until it may go out; what it returns is called when it is out."""

    def __init__(
        self,
        base_url: str,
        take_place: Callable[[], Sent],
        *,
        bounds: Bounds | None = None,
        transport: httpx2.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._bounds = bounds or Bounds()
        self._take_place = take_place
        self._clock = clock
        self._clock_offset: float | None = None
        self.latency = 0.0  # seconds from sending to the whole answer, of the last ones the more the later
        self._client = httpx2.Client(
            base_url=base_url,
            timeout=httpx2.Timeout(self._bounds.connect, read=self._bounds.read),
            limits=httpx2.Limits(keepalive_expiry=IDLE_CONNECTION),
            follow_redirects=False,
            trust_env=False,  # tokens go to the configured host and nowhere else: no proxy, no .netrc of the machine
            headers={"User-Agent": "Peremena"},
            transport=transport,
        )

    @property
    def clock_offset(self) -> float | None:
        """Seconds to add to our clock to get the server's, from its last `Date`; never ahead of it, up to a second
        (and the answer's way) behind. None before the first answer."""
        return self._clock_offset

    @property
    def patience(self) -> float:
        """Seconds after which a `post` has surely ended, the waiting for places aside. The last piece of an answer may
        overrun the total by one reading; before each attempt a connection is waited for and then made."""
        bounds = self._bounds
        return (ATTEMPTS - 1) * (2 * bounds.connect + LONGEST_PAUSE) + bounds.total + bounds.read

    def post(self, path: str, form: Mapping[str, str | Secret]) -> Any:
        """The JSON answer to a form. WireError when there is none; `lost` tells whether it may have had effect."""
        return self._answer(path, {"data": _revealed(form)})

    def post_json(self, path: str, value: object, headers: Mapping[str, str | Secret]) -> Any:
        """The same for a JSON body."""
        return self._answer(path, {"json": value, "headers": _revealed(headers)})

    def _answer(self, path: str, content: Mapping[str, Any]) -> Any:
        # `from None` everywhere: the library's errors hold the request with its token and the answer with its people.
        try:
            body = self._send(path, content)
        except UNSENT as error:
            raise WireError("unreachable", words(error), lost=False) from None
        except httpx2.TimeoutException as error:
            raise WireError("timeout", words(error), lost=True) from None
        except httpx2.RequestError as error:
            raise WireError("cut_off", words(error), lost=True) from None
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise WireError("not_json", f"{len(body)} bytes that are not JSON", lost=True) from None

    def close(self) -> None:
        self._client.close()

    def _send(self, path: str, content: Mapping[str, Any]) -> bytes:
        retrying = stamina.retry_context(
            httpx2.ConnectError,
            attempts=ATTEMPTS,
            timeout=None,
            wait_initial=0.1,
            wait_max=LONGEST_PAUSE,
            wait_jitter=0.1,
        )
        for attempt in retrying:
            with attempt:
                sent = self._take_place()
                began = time.monotonic()
                body = self._send_once(path, content, sent)
                self.latency += NEWEST * (time.monotonic() - began - self.latency)
                return body
        raise AssertionError("the last attempt returns or raises")

    def _send_once(self, path: str, content: Mapping[str, Any], sent: Sent) -> bytes:
        deadline = time.monotonic() + self._bounds.total
        told: dict[str, Any] = {"trace": lambda event, _: sent() if event == SENT else None}
        with self._client.stream("POST", path, extensions=told, **content) as answer:
            self._hear_clock(answer.headers.get("date", ""))
            if answer.status_code != OK:
                lost = answer.status_code >= SERVER_TROUBLE
                raise WireError(f"http_{answer.status_code}", f"HTTP {answer.status_code}", lost=lost)
            return self._read_body(answer, deadline)

    def _read_body(self, answer: httpx2.Response, deadline: float) -> bytes:
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > self._bounds.size:
                raise WireError("too_large", f"an answer of more than {self._bounds.size} bytes", lost=True)
            if time.monotonic() > deadline:
                raise WireError("timeout", f"an answer that took more than {self._bounds.total:g} s", lost=True)
        return bytes(body)

    def _hear_clock(self, date: str) -> None:
        try:
            server = parsedate_to_datetime(date).timestamp()
        except ValueError:
            return  # no Date, or none we can read: the last offset stays the best we know
        self._clock_offset = server - self._clock()


def _revealed(values: Mapping[str, str | Secret]) -> dict[str, str]:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in values.items()}


def at_once() -> Sent:
    """The place for a request to somebody who sets no pace."""
    return lambda: None


def words(error: httpx2.RequestError) -> str:
    return f"{type(error).__name__}: {error}"
