"""How /oauth2/… is asked and answers: parameters from wherever they come, JSON, HTTP 200."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError

from vk_sandbox.control.apps import origin_of
from vk_sandbox.database import in_database
from vk_sandbox.models import App
from vk_sandbox.statistics import STATISTICS
from vk_sandbox.vkid.table import TOKENS

Parameters = Mapping[str, str]
Answer = dict[str, Any]
log = logging.getLogger(__name__)


class OAuthError(Exception):
    """What VK ID answers instead of a result."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(description)


def wrong(name: str, error: str = "invalid_request") -> OAuthError:
    """As VK words it: «device_id is invalid», «access_token is missing or invalid»."""
    return OAuthError(error, f"{name} is invalid" if name == "device_id" else f"{name} is missing or invalid")


def endpoint(act: Callable[[Parameters], Answer]) -> Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]:
    """The view of `act`, which runs in the database thread; what it wrote before an OAuthError stays."""

    async def answer(request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if request.method == "OPTIONS":
            return _shared(HttpResponse(status=204), origin if await in_database(_is_registered, origin) else "")
        try:
            parameters = {**request.GET.dict(), **request.POST.dict()}
        except (BadRequest, MultiPartParserError, RequestDataTooBig, TooManyFilesSent):
            parameters = {}
        if request.method != "POST":
            body, known = {"error": "invalid_request", "error_description": "POST is expected"}, False
        else:
            body, known = await in_database(_answered, act, parameters, origin, request.path)
        return _shared(JsonResponse(body, json_dumps_params={"ensure_ascii": False}), origin if known else "")

    return answer


def _answered(
    act: Callable[[Parameters], Answer], parameters: Parameters, origin: str, path: str
) -> tuple[Answer, bool]:
    """The answer, and whether a page of this origin may read it."""
    try:
        body = act(parameters)
        STATISTICS.vk_id(f"{path} {parameters['grant_type']}" if path == TOKENS else path)
    except OAuthError as error:
        body = {"error": error.error, "error_description": error.description, "state": parameters.get("state", "")}
    except Exception:
        log.exception("VK ID")
        body = {"error": "server_error", "error_description": "internal error", "state": parameters.get("state", "")}
    return body, bool(origin) and _is_registered(origin)


def _is_registered(origin: str) -> bool:
    """Whether it is the origin of a redirect of any application."""
    redirects = App.objects.values_list("redirect_uris", flat=True)
    return any(origin_of(address) == origin for addresses in redirects for address in addresses)


def _shared(response: HttpResponse, origin: str) -> HttpResponse:
    response.headers["Vary"] = "Origin"
    if origin:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    return response
