"""How programs of other people come to the token of a study profile: web.vk.me/?act=web_token with a cookie."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.http import HttpRequest, JsonResponse

from vk_sandbox.api.method import TokenKind
from vk_sandbox.database import in_database
from vk_sandbox.models import Account, AccountKind, Token

COOKIE = "remixdsid"
KINDS = {AccountKind.VK: 1, AccountKind.STUDY: 2}  # profile_type; 2 is what others take for the study profile
LIFE = 600  # seconds; others ask anew after ten minutes


async def web_token(request: HttpRequest) -> JsonResponse:
    """The person's profiles, the main one first. The cookie is the seeded token."""
    answer = await in_database(_profiles, request.COOKIES.get(COOKIE, ""))
    return JsonResponse(answer, safe=False)


def _profiles(value: str) -> list[dict[str, Any]]:
    known = Token.objects.filter(value=value, kind=TokenKind.USER, revoked=False).select_related("account").first()
    if known is None:
        return []
    accounts = {account.kind: account for account in Account.objects.filter(key=known.account.key, kind__in=KINDS)}
    return [_profile(accounts[kind], known) for kind in KINDS if kind in accounts]


def _profile(account: Account, known: Token) -> dict[str, Any]:
    token = known
    if account != known.account:
        made = {"value": f"vk1.a.{secrets.token_urlsafe(32)}", "scope": known.scope}
        token, _ = Token.objects.get_or_create(
            account=account, kind=TokenKind.USER, revoked=False, key=None, defaults=made
        )
    return {
        "user_id": account.id,
        "profile_type": KINDS[AccountKind(account.kind)],
        "access_token": token.value,
        "expires": int(time.time()) + LIFE,
    }
