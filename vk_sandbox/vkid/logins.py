"""Codes and tokens: given once, exchanged once, ended together."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from vk_sandbox.api.method import TokenKind
from vk_sandbox.models import Account, Attempt, Login, RefreshToken, Token
from vk_sandbox.vkid import id_token

CODE_LIFE = 600
ACCESS_LIFE = 3600
REFRESH_LIFE = 180 * 24 * 3600  # seconds, all three


def allow(attempt: Attempt, account: Account) -> Login:
    """The person let the application act for this profile."""
    return Login.objects.create(
        app=attempt.app,
        device=attempt.device,
        account=account,
        scope=attempt.scope,
        redirect_uri=attempt.redirect_uri,
        challenge=attempt.challenge,
        code=f"vk2.a.{secrets.token_urlsafe(24)}",
        code_ends=int(time.time()) + CODE_LIFE,
        jti=secrets.token_urlsafe(24),
    )


def answers(challenge: str, verifier: str) -> bool:
    """Whether this is the verifier behind a challenge of PKCE, method S256."""
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(hashed, challenge.encode())


def tokens(login: Login, scope: str, state: str) -> dict[str, Any]:
    """The answer of /oauth2/auth: new tokens for this login."""
    now = int(time.time())
    access = Token.objects.create(
        value=f"vk2.a.{secrets.token_urlsafe(48)}",
        kind=TokenKind.USER,
        account_id=login.account_id,
        scope=scope,
        login=login,
        ends=now + ACCESS_LIFE,
    )
    value = f"vk2.a.{secrets.token_urlsafe(48)}"
    refresh = RefreshToken.objects.create(login=login, value=value, ends=now + REFRESH_LIFE)
    claims = {"iss": "VK", "sub": login.account_id, "app": int(login.app_id), "jti": login.jti}
    return {
        "access_token": access.value,
        "refresh_token": refresh.value,
        "id_token": id_token.signed(claims | {"iat": now, "exp": now + ACCESS_LIFE}),
        "token_type": "Bearer",
        "expires_in": ACCESS_LIFE,
        "user_id": login.account_id,
        "state": state,
        "scope": scope,
    }


def end(logins: QuerySet[Login] | Iterable[Login]) -> None:
    """None of their tokens is good for anything any more."""
    numbers = [login.id for login in logins]
    Login.objects.filter(id__in=numbers).update(ended=True)
    Token.objects.filter(login__in=numbers).update(revoked=True)
