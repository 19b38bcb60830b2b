"""The control panel: /control/seed, /control/reset, /control/stats."""

from __future__ import annotations

import hmac
import json

from django.http import HttpRequest, JsonResponse

from vk_sandbox import settings
from vk_sandbox.api.endpoint import PACE
from vk_sandbox.control.order import BadOrder, read
from vk_sandbox.control.seed import sow
from vk_sandbox.database import in_database
from vk_sandbox.models import Account, Chat, Membership, Message, Token
from vk_sandbox.statistics import STATISTICS


async def seed(request: HttpRequest) -> JsonResponse:
    if refusal := _refusal(request):
        return refusal
    try:
        order = read(json.loads(request.body))
    except BadOrder as error:
        return _error(400, str(error))
    except ValueError:
        return _error(400, "тело запроса — не JSON")
    return _answer(await in_database(sow, order))


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
    for rows in (Message, Membership, Chat, Token, Account):  # the ones that point first
        rows.objects.all().delete()
    STATISTICS.clear()
    PACE.clear()


def _refusal(request: HttpRequest) -> JsonResponse | None:
    given = request.headers.get("X-Control-Token", "")
    if not hmac.compare_digest(given.encode(), settings.CONTROL_TOKEN_FILE.read_bytes().strip()):
        return _error(403, "нужен заголовок X-Control-Token")
    return None if request.method == "POST" else _error(405, "здесь отвечают только на POST")


def _answer(body: object, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, safe=False, json_dumps_params={"ensure_ascii": False})


def _error(status: int, text: str) -> JsonResponse:
    return _answer({"error": text}, status)
