"""HTTP in, news out: /longpoll/user and /longpoll/bot."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import JsonResponse

from vk_sandbox.database import in_database, sql
from vk_sandbox.longpoll.bot_events import events
from vk_sandbox.longpoll.keys import KEYS, Listener
from vk_sandbox.longpoll.newest_updates import updates as newest_updates
from vk_sandbox.longpoll.user_updates import updates
from vk_sandbox.messenger.events import Seen, newest, seen_since
from vk_sandbox.messenger.waiting import WAITING

NEWEST_VERSION = 19
BACKLOG = 1000  # events; who is further behind has lost some
WAIT, LONGEST_WAIT = 25, 90  # seconds
WANTS_PTS = 32  # of `mode`
Teller = Callable[[Seen], Iterable[Any]]
VALID = "select 1 from vk_sandbox_token where id = %s and not revoked"
Answer = dict[str, Any]


async def poll(request: ASGIRequest, kind: str) -> JsonResponse:
    asked = {**request.GET.dict(), **request.POST.dict()}
    return JsonResponse(await _answer(kind, asked), json_dumps_params={"ensure_ascii": False})


async def _answer(kind: str, asked: Mapping[str, str]) -> Answer:
    version = _number(asked, "version", 0)
    if not 0 <= version <= NEWEST_VERSION:
        return {"failed": 4, "min_version": 0, "max_version": NEWEST_VERSION}
    listener = KEYS.listener(asked.get("key", ""))
    if listener is None or listener.kind != kind or asked.get("act") != "a_check":
        return {"failed": 2}
    since, tell = _number(asked, "ts", -1), _teller(kind, version)
    with WAITING.bell(listener.account) as bell:
        answer = await in_database(_look, listener, since, tell)
        try:
            async with asyncio.timeout(min(_number(asked, "wait", WAIT), LONGEST_WAIT)):
                while answer.get("updates") == [] and not WAITING.closed:
                    await bell.wait()
                    bell.clear()
                    answer = await in_database(_look, listener, since, tell)
        except TimeoutError:
            pass
    if _number(asked, "mode", 0) & WANTS_PTS and "updates" in answer:
        answer["pts"] = int(answer["ts"])
    return answer


def _teller(kind: str, version: int) -> Teller:
    if kind == "bot":
        return events
    return newest_updates if version == NEWEST_VERSION else updates


def _look(listener: Listener, since: int, tell: Teller) -> Answer:
    """What is to be told now; the ts of a bot is a string."""
    last = newest()
    shown: int | str = str(last) if listener.kind == "bot" else last
    if not sql(VALID, listener.token):
        return {"failed": 3}
    if not 0 <= since <= last:
        return {"failed": 1, "ts": shown}
    seen = seen_since(listener.account, since, BACKLOG + 1)
    if len(seen) > BACKLOG:
        return {"failed": 1, "ts": shown}
    return {"ts": shown, "updates": [told for one in seen for told in tell(one)]}


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    word = asked.get(name, "")
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= 18 else default
