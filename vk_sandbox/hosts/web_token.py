"""web.vk.me/?act=web_token: how unofficial libraries come to the token of a study profile."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from vk_sandbox.api.method import TokenKind
from vk_sandbox.database import in_database
from vk_sandbox.messenger_pages.showing import HOME
from vk_sandbox.models import Account, AccountKind, Token

COOKIE = "remixdsid"
PROFILE_TYPES = {AccountKind.VK: 1, AccountKind.STUDY: 2}
LIFE = 600  # seconds, after which libraries ask again; the tokens live on


def wanted(request: HttpRequest) -> bool:
    return request.GET.get("act") == "web_token"


async def root(request: HttpRequest) -> HttpResponse:
    """A program asks for tokens, a browser for the messenger."""
    return await web_token(request) if wanted(request) else HttpResponseRedirect(HOME)


async def web_token(request: HttpRequest) -> JsonResponse:
    """The profiles of the person whose seeded token the cookie is, the VK ID first; none for anybody else."""
    return JsonResponse(await in_database(_profiles, request.COOKIES.get(COOKIE, "")), safe=False)


def _profiles(cookie: str) -> list[dict[str, Any]]:
    seeded = Token.objects.filter(value=cookie, kind=TokenKind.USER, revoked=False).exclude(key=None).first()
    if seeded is None:
        return []
    accounts = {account.kind: account for account in Account.objects.filter(key=seeded.key)}
    return [
        {
            "user_id": accounts[kind].id,
            "profile_type": number,
            "access_token": _token(accounts[kind], seeded.scope),
            "expires": int(time.time()) + LIFE,
        }
        for kind, number in PROFILE_TYPES.items()
        if kind in accounts
    ]


def _token(account: Account, scope: str) -> str:
    """One token for a profile, beside the seeded one; another after it was revoked."""
    usable = Token.objects.filter(
        kind=TokenKind.USER, account=account, key=None, login=None, scope=scope, revoked=False
    )
    token = usable.first()
    if token is None:
        value = f"vk1.a.{secrets.token_urlsafe(32)}"
        token = Token.objects.create(kind=TokenKind.USER, account=account, scope=scope, value=value)
    return token.value
