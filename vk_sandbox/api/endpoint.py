"""HTTP in, JSON out: /method/<name>."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.core.handlers.asgi import ASGIRequest
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError

from vk_sandbox import settings
from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import Caller, Method, TokenKind
from vk_sandbox.api.pace import Pace
from vk_sandbox.api.parameters import read_all
from vk_sandbox.api.table import METHODS
from vk_sandbox.database import in_database, sql
from vk_sandbox.faults.calls import strike
from vk_sandbox.faults.fault import FAULTS
from vk_sandbox.faults.requests import suffer
from vk_sandbox.statistics import STATISTICS

LIMITS = {TokenKind.USER: 3, TokenKind.GROUP: 20, TokenKind.SERVICE: 3}  # requests in a second
PACE = Pace()
WRONG_TOKEN = {
    TokenKind.USER: (Code.GROUP_AUTH, "method is available only with group auth"),
    TokenKind.GROUP: (Code.GROUP_AUTH, "method is unavailable with group auth"),
    TokenKind.SERVICE: (Code.APP_AUTH, "method is unavailable with service token"),
}
NO_RIGHT = "no access to call this method. It cannot be called with current scopes."
NO_RIGHT_SUBCODE = 1133
WHO_CALLS = (
    "select id, kind, account_id, scope from vk_sandbox_token"
    " where value = %s and not revoked and (ends is null or ends > %s)"
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """One HTTP request. `arrived` is on the monotonic clock, in seconds."""

    method: str
    parameters: Mapping[str, str]
    token: str
    arrived: float
    origin: str


async def method(request: ASGIRequest, name: str) -> HttpResponse:
    if request.method not in {"GET", "POST"}:
        return JsonResponse({"error": _error(ApiError(Code.HTTP_METHOD), name, {})})
    try:
        parameters = {**request.GET.dict(), **request.POST.dict()}
    except (BadRequest, MultiPartParserError, RequestDataTooBig, TooManyFilesSent):
        return JsonResponse({"error": _error(ApiError(Code.REQUEST, "malformed body"), name, {})})
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = str(parameters.pop("access_token", "") or (bearer.strip() if scheme.lower() == "bearer" else ""))
    origin = f"{request.scheme}://{request.get_host()}"
    question = Question(name, parameters, token, request.scope["arrived"], origin)

    async def answer() -> HttpResponse:
        return JsonResponse(await in_database(answer_to, question), json_dumps_params={"ensure_ascii": False})

    faults = FAULTS.of_request(name, parameters)
    return await suffer(faults, request, answer) if faults else await answer()


def answer_to(question: Question) -> dict[str, Any]:
    """The whole JSON answer. Whatever a failed call wrote is undone; what was counted stays."""
    STATISTICS.http_request()
    try:
        caller = _caller(question)
        answer: dict[str, Any] = {"response": _call(caller, question.method, question.parameters)}
        if caller.execute_errors:
            answer["execute_errors"] = caller.execute_errors
    except ApiError as error:
        answer = {"error": _error(error, question.method, question.parameters)}
    except Exception:
        log.exception("%s", question.method)
        answer = {"error": _error(ApiError(Code.SERVER), question.method, question.parameters)}
    STATISTICS.save()
    return answer


def _caller(question: Question) -> Caller:
    if question.method not in METHODS:
        raise ApiError(Code.UNKNOWN_METHOD)
    version = _version(question.parameters.get("v", ""))
    if not question.token:
        raise ApiError(Code.AUTH, "no access_token passed.")
    now = int(time.time())
    found = sql(WHO_CALLS, question.token, now)
    if not found:
        raise ApiError(Code.AUTH, "invalid access_token (4).")
    [(number, word, account, scope)] = found
    kind = TokenKind(word)
    accepted = PACE.admit(number, settings.PACE or LIMITS[kind], question.arrived)
    if not accepted:
        STATISTICS.refused_for_pace()
        raise ApiError(Code.TOO_MANY)
    STATISTICS.in_one_second(accepted)
    return Caller(
        token=number,
        account=account,
        kind=kind,
        scope=frozenset(scope.split()),
        version=version,
        now=now,
        origin=question.origin,
        parameters=question.parameters,
        call=_call,
    )


def _version(raw: str) -> tuple[int, int]:
    if not raw:
        raise ApiError(Code.REQUEST, "v is required")
    major, _, minor = raw.partition(".")
    if not (raw.isascii() and major.isdecimal() and minor.isdecimal() and len(raw) <= 10):
        raise ApiError(Code.REQUEST, "v is incorrect")
    return int(major), int(minor)


def _call(caller: Caller, name: str, parameters: Mapping[str, str]) -> Any:
    """One call, by itself or inside `execute`."""
    called = METHODS.get(name)
    if called is None:
        raise ApiError(Code.UNKNOWN_METHOD)
    STATISTICS.method(name)
    _check_rights(caller, called)
    strike(caller, name, parameters)
    arguments = read_all(called.parameters, parameters)
    with transaction.atomic() if called.at_once else nullcontext():  # a savepoint of its own
        answer = called.answer(caller, **arguments)
    STATISTICS.answered(name)
    return answer


def _check_rights(caller: Caller, called: Method) -> None:
    if caller.kind not in called.tokens:
        code, detail = WRONG_TOKEN[caller.kind]
        raise ApiError(code, detail)
    if called.right is not None and called.right not in caller.scope:
        raise ApiError(Code.ACCESS, NO_RIGHT, subcode=NO_RIGHT_SUBCODE)


def _error(error: ApiError, name: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    said = {"method": name, "oauth": "1", **parameters}
    answer: dict[str, Any] = {"error_code": int(error.code), "error_msg": error.message}
    if error.subcode is not None:
        answer["error_subcode"] = error.subcode
    answer |= error.extra
    return answer | {"request_params": [{"key": key, "value": value} for key, value in said.items()]}
