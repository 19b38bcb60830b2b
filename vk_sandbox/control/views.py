"""The control panel: /control/seed, /control/reset, /control/faults, /control/stats."""

from __future__ import annotations

import hmac
import json
import re
import shutil
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, JsonResponse

from vk_sandbox import settings
from vk_sandbox.api.endpoint import PACE
from vk_sandbox.control.mistake import BadOrder
from vk_sandbox.control.order import read
from vk_sandbox.control.seed import sow
from vk_sandbox.database import in_database
from vk_sandbox.faults.fault import FAULTS
from vk_sandbox.faults.order import read as read_faults
from vk_sandbox.longpoll.keys import KEYS
from vk_sandbox.models import Account, App, Chat, Device, Event, FreePhone, Hidden, Membership, Message, Token, Upload
from vk_sandbox.statistics import STATISTICS

Order = TypeVar("Order")
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


async def seed(request: HttpRequest) -> JsonResponse:
    if refusal := _refusal(request):
        return refusal
    order = _ordered(request, read)
    return order if isinstance(order, JsonResponse) else _answer(await in_database(sow, order))


async def faults(request: HttpRequest) -> JsonResponse:
    """Replaces all the faults there were."""
    if refusal := _refusal(request):
        return refusal
    order = _ordered(request, read_faults)
    if isinstance(order, JsonResponse):
        return order
    before = FAULTS.shown()
    FAULTS.replace(order)
    return _answer({"faults": FAULTS.shown(), "before": before})


async def reset(request: HttpRequest) -> JsonResponse:
    if refusal := _refusal(request):
        return refusal
    await in_database(_forget)
    return _answer({})


async def stats(request: HttpRequest) -> JsonResponse:
    if request.method != "GET":
        return _error(405, "здесь отвечают только на GET")
    return _answer(await in_database(STATISTICS.shown))


async def missing(request: HttpRequest, path: str = "") -> JsonResponse:
    return _error(404, "такого здесь нет")


def _forget() -> None:
    # The ones that point first; what an application, a browser or a person had goes with them.
    for rows in (Upload, Event, Hidden, Message, Membership, Chat, Token, App, Device, FreePhone, Account):
        rows.objects.all().delete()
    shutil.rmtree(settings.FILES, ignore_errors=True)
    STATISTICS.clear()
    PACE.clear()
    KEYS.clear()
    FAULTS.replace([])


def _ordered(request: HttpRequest, read: Callable[[Any], Order]) -> Order | JsonResponse:
    """What the body asks for, or the refusal that says what is wrong with it."""
    try:
        return read(_json(request.body))
    except BadOrder as error:
        return _error(400, str(error))
    except (ValueError, RecursionError):
        return _error(400, "тело запроса — не JSON")


def _json(body: bytes) -> Any:
    """JSON can write half of a pair of surrogates, which is no text and cannot be kept; ValueError, as for no JSON at all."""
    value = json.loads(body)
    if SURROGATE.search(body):
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refusal(request: HttpRequest) -> JsonResponse | None:
    given = request.headers.get("X-Control-Token", "")
    if not hmac.compare_digest(given.encode(), settings.CONTROL_TOKEN_FILE.read_bytes().strip()):
        return _error(403, "нужен заголовок X-Control-Token")
    return None if request.method == "POST" else _error(405, "здесь отвечают только на POST")


def _answer(body: object, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def _error(status: int, text: str) -> JsonResponse:
    return _answer({"error": text}, status)
