"""The stand-in for VK under load: calls a second while hundreds of long polls wait, and how soon a message wakes them."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from peremena.bench.keep_alive import KeepAlive, form, opened
from peremena.bench.report import Figure, Report
from peremena.bench.stack import GLANCE, PLENTY, free_ports
from peremena.bench.stand_in import StandIn
from peremena.server.parent_death import dying_with_parent

POLLS = 500
CALLERS = 8  # connections that are kept alive, each of a person of his own with a chat of his own
ENOUGH = 300  # requests a second
AT_ONCE = 2.0  # seconds until the last one is woken
WARM_UP, LONG = 1.0, 6.0  # seconds
WAKE_WITHIN, STOP_WITHIN = 30.0, 15.0  # seconds
PATIENCE = 90  # seconds a poll waits
CHAT = 2_000_000_001  # everybody's first one
# Methods in turn, and how many calls each request is.
MIX = [
    (method, calls)
    for inside in (1, 2, 3)
    for method, calls in (("messages.send", 1), ("messages.getConversationsById", 1), ("execute", inside))
]
NUMBERS = count(1)


class Request(NamedTuple):
    """One that was answered: when it began, the seconds it took, the calls in it."""

    began: float
    taken: float
    calls: int


@dataclass(frozen=True, slots=True)
class Seen:
    """`waited`: polls that waited through the load. Then a message to one half of them: whom it woke, and how soon."""

    requests: list[Request]
    seconds: float
    waited: int
    woken: int
    disturbed: int
    last: float


def measure() -> Report:
    with _standing_alone() as standin:
        callers, listeners = _people(standin, CALLERS), _people(standin, POLLS)
        half = POLLS // 2
        for people in (*([caller] for caller in callers), listeners[:half], listeners[half:]):
            _gather(standin, people)
        seen = asyncio.run(_under_load(standin.port, [one.token for one in callers], [one.token for one in listeners]))
    taken = sorted(request.taken for request in seen.requests)
    calls = sum(request.calls for request in seen.requests)
    return Report(
        "sandbox",
        [
            Figure("polls", "опросов ждёт всё это время", seen.waited, at_least=POLLS),
            Figure("requests", "запросов в секунду", len(taken) / seen.seconds, at_least=ENOUGH),
            Figure("calls", "вызовов в секунду, с теми, что внутри execute", calls / seen.seconds),
            Figure("usual", "секунд на запрос, половина не дольше", taken[len(taken) // 2]),
            Figure("slow", "секунд на запрос, 99 % не дольше", taken[len(taken) * 99 // 100]),
            Figure("woken", "опросов участников разбудило сообщение", seen.woken, at_least=half),
            Figure("disturbed", "опросов посторонних", seen.disturbed, at_most=0),
            Figure("last", "секунд до последнего", seen.last, at_most=AT_ONCE),
        ],
    )


async def _under_load(port: int, callers: Sequence[str], listeners: Sequence[str]) -> Seen:
    async with opened(port, len(callers)) as lines, opened(port, len(listeners)) as polling:
        polls = [asyncio.ensure_future(_poll(line, token)) for line, token in zip(polling, listeners, strict=True)]
        await _all_have_keys(lines[0])
        requests, seconds = await _load(lines, callers)
        waited = sum(not poll.done() for poll in polls)
        inside, outside = polls[: len(polls) // 2], polls[len(polls) // 2 :]
        began = time.perf_counter()
        await lines[0].call("messages.send", listeners[0], **_message())
        done, _ = await asyncio.wait(inside, timeout=WAKE_WITHIN)
        last = time.perf_counter() - began
        woken = sum(any(update[0] == 4 for update in poll.result()["updates"]) for poll in done)
        disturbed = sum(poll.done() for poll in outside)
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
    return Seen(requests, seconds, waited, woken, disturbed, last)


async def _poll(line: KeepAlive, token: str) -> Any:
    """What one poll is told in the end."""
    server = (await line.call("messages.getLongPollServer", token))["response"]
    path = "/" + server["server"].partition("/")[2]
    return await line.ask(path, form(act="a_check", key=server["key"], ts=server["ts"], wait=PATIENCE, version=3))


async def _all_have_keys(line: KeepAlive) -> None:
    """The polls begin to wait right after that, while the load warms up."""
    while (await line.get("/control/stats"))["requests"].get("messages.getLongPollServer", 0) < POLLS:
        await asyncio.sleep(GLANCE)


async def _load(lines: Sequence[KeepAlive], tokens: Sequence[str]) -> tuple[list[Request], float]:
    """The requests that began after the warm-up, and the seconds from there to the last answer."""
    began = time.perf_counter() + WARM_UP
    ends = began + LONG
    done = await asyncio.gather(*(_calls(line, token, ends) for line, token in zip(lines, tokens, strict=True)))
    seconds = time.perf_counter() - began
    return [request for caller in done for request in caller if request.began >= began], seconds


async def _calls(line: KeepAlive, token: str, ends: float) -> list[Request]:
    """One caller's requests, one after another."""
    done: list[Request] = []
    for method, calls in cycle(MIX):
        began = time.perf_counter()
        if began >= ends:
            break
        answer = await line.call(method, token, **_parameters(method, calls))
        if answer.keys() != {"response"}:
            raise RuntimeError(f"{method}: {answer}")
        done.append(Request(began, time.perf_counter() - began, calls))
    return done


def _parameters(method: str, calls: int) -> dict[str, str | int]:
    match method:
        case "messages.send":
            return _message()
        case "execute":
            return {"code": _script(calls)}
        case _:
            return {"peer_ids": CHAT}


def _message() -> dict[str, str | int]:
    return {"peer_id": CHAT, "random_id": next(NUMBERS), "message": "Завтра первый урок в 9:15"}


def _script(calls: int) -> str:
    made = (
        f"API.messages.send({json.dumps(_message(), ensure_ascii=False)})",
        f'API.messages.getConversationsById({{"peer_ids": {CHAT}}})',
        f'API.messages.getConversationMembers({{"peer_id": {CHAT}}})',
    )
    return f"return [{','.join(islice(made, calls))}];"


class Person(NamedTuple):
    id: int
    token: str


def _people(standin: StandIn, number: int) -> list[Person]:
    users = [{"first_name": "Имя", "last_name": str(place)} for place in range(number)]
    return [Person(user["id"], user["token"]) for user in standin.seed(users)]


def _gather(standin: StandIn, people: Sequence[Person]) -> None:
    """One chat of all of them, made by the first."""
    owner, *others = people
    ids = ",".join(str(person.id) for person in others)
    standin.call(owner.token, "messages.createChat", title="Школа", user_ids=ids)


@contextmanager
def _standing_alone() -> Iterator[StandIn]:
    """A stand-in with nothing beside it, in a folder of its own."""
    [port] = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="peremena-bench-") as place:
        command = [sys.executable, "-m", "vk_sandbox", "--port", str(port), "--state", place, "--pace", str(PLENTY)]
        dying = dying_with_parent(signal.SIGKILL)
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=dying) as process:
            try:
                # Its port is open before it answers; it says when it does.
                if process.stdout is None or not process.stdout.readline():
                    raise RuntimeError("стенд не запустился")
                yield StandIn(port, Path(place))
            finally:
                process.terminate()
                process.wait(STOP_WITHIN)
