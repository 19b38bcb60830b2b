"""GET /authorize: an application sends somebody to VK ID."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from vk_sandbox.database import in_database
from vk_sandbox.models import App, Attempt, Device
from vk_sandbox.statistics import STATISTICS
from vk_sandbox.vkid.devices import device_of, give_cookie, new_device, people_on
from vk_sandbox.vkid.pages import SeeOther, only, page
from vk_sandbox.vkid.table import AUTHORIZE

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)  # a SHA-256 in base64url
BASIC = "vkid.personal_info"
GRANTED = (BASIC, "email", "phone")  # of what is asked for; never rights to act for the person
LONGEST_STATE = 2000
LIFE = 3600  # seconds that an attempt may take


class Mistake(Exception):  # noqa: N818 - the application's
    """What is wrong with the request of an application that may be told so."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(description)


async def authorize(request: HttpRequest) -> HttpResponse:
    if refusal := only(request, "GET", "HEAD"):
        return refusal
    return await in_database(_begin, request)


def _begin(request: HttpRequest) -> HttpResponse:
    asked = request.GET.dict()
    app = App.objects.filter(client_id=asked.get("client_id", "")).first()
    if app is None:
        return page(request, "refused", {"unknown": "app"}, status=400)
    redirect_uri = asked.get("redirect_uri", "")
    if redirect_uri not in app.redirect_uris:
        return page(request, "refused", {"unknown": "redirect", "app": app}, status=400)
    device = device_of(request) or new_device()
    try:
        response = _started(asked, app, device)
        STATISTICS.vk_id(AUTHORIZE)
    except Mistake as mistake:
        told = {"error": mistake.error, "error_description": mistake.description}
        response = back(redirect_uri, asked.get("state", ""), told)
    give_cookie(response, request, device)
    return response


def _started(asked: Mapping[str, str], app: App, device: Device) -> HttpResponse:
    if asked.get("response_type") != "code":
        raise Mistake("invalid_request", "response_type is missing or invalid")
    if asked.get("code_challenge_method", "").casefold() != "s256":
        raise Mistake("invalid_request", "code_challenge_method is missing or invalid")
    if not CHALLENGE.fullmatch(asked.get("code_challenge", "").rstrip("=")):
        raise Mistake("invalid_request", "code_challenge is missing or invalid")
    if len(asked.get("state", "")) > LONGEST_STATE:
        raise Mistake("invalid_request", "state is invalid")
    prompt, people = asked.get("prompt", "").split(), people_on(device)
    if "none" in prompt:
        raise Mistake("interaction_required" if people else "login_required", "the person has to be asked")
    attempt = _attempt(asked, app, device)
    return to(attempt, "accounts" if people and "login" not in prompt else "signin")


def _attempt(asked: Mapping[str, str], app: App, device: Device) -> Attempt:
    wanted = asked.get("scope", "").split()
    scheme = asked.get("scheme", "")
    return begun(
        app,
        device,
        asked["redirect_uri"],
        state=asked.get("state", ""),
        challenge=asked["code_challenge"].rstrip("="),
        scope=" ".join(right for right in GRANTED if right in wanted or right == BASIC),
        scheme={"light": "light", "bright_light": "light", "dark": "dark", "space_gray": "dark"}.get(scheme, ""),
    )


def begun(app: App, device: Device, redirect_uri: str, **asked: str | bool) -> Attempt:
    """Somebody is on his way, in this browser, to this address in the end."""
    now = int(time.time())
    Attempt.objects.filter(began__lte=now - LIFE).delete()
    word = secrets.token_urlsafe(16)
    return Attempt.objects.create(word=word, device=device, app=app, redirect_uri=redirect_uri, began=now, **asked)


def to(attempt: Attempt, step: str) -> HttpResponse:
    return SeeOther(f"/auth/{attempt.word}/{step}")


def over(attempt: Attempt, told: Mapping[str, str | int]) -> HttpResponse:
    """The attempt has come to its end. The stand-in's own pages see by themselves what came of it."""
    attempt.delete()
    if attempt.app.is_own:
        return SeeOther(attempt.redirect_uri)
    return back(attempt.redirect_uri, attempt.state, told)


def declined(attempt: Attempt) -> HttpResponse:
    """«Отмена»."""
    return over(attempt, {"error": "access_denied", "error_description": "the person declined"})


def back(redirect_uri: str, state: str, told: Mapping[str, str | int]) -> HttpResponse:
    """To the application, which is told this and gets its `state` back."""
    query = urlencode({**told, "state": state} if state else told)
    return SeeOther(f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}")
