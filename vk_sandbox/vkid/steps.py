"""A step of the way through VK ID's pages: a function of the request and the attempt it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect

from vk_sandbox.database import in_database
from vk_sandbox.models import Attempt
from vk_sandbox.vkid import pages
from vk_sandbox.vkid.authorize import LIFE
from vk_sandbox.vkid.devices import COOKIE

Step = Callable[[HttpRequest, Attempt], HttpResponse]


def step(act: Step) -> Callable[..., Coroutine[Any, Any, HttpResponse]]:
    """The view of a step. It is taken in the database thread, whole or not at all."""

    @csrf_protect
    @wraps(act)
    async def answer(request: HttpRequest, word: str) -> HttpResponse:
        if refusal := pages.only(request, "GET", "HEAD", "POST"):
            return refusal
        return await in_database(_taken, act, request, word)

    return answer


def _taken(act: Step, request: HttpRequest, word: str) -> HttpResponse:
    """An attempt is known to the browser in which it began, and not for ever."""
    known = Attempt.objects.select_related("app", "device", "account")
    began = known.filter(began__gt=time.time() - LIFE)
    attempt = began.filter(word=word, device__session=request.COOKIES.get(COOKIE, "")).first()
    return pages.page(request, "over", status=404) if attempt is None else act(request, attempt)


def shown(request: HttpRequest, attempt: Attempt, name: str, /, status: int = 200, **context: Any) -> HttpResponse:
    """The page of a step."""
    known = {"attempt": attempt, "app": attempt.app, "here": f"/auth/{attempt.word}/"}
    return pages.page(request, name, known | context, redirect_uri=attempt.redirect_uri, status=status)
