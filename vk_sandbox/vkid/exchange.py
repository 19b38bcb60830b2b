"""POST /oauth2/auth: tokens for a code, or for a refresh token."""

from __future__ import annotations

import hmac
import time

from vk_sandbox.models import App, Login, RefreshToken
from vk_sandbox.vkid.answers import Answer, OAuthError, Parameters, endpoint, wrong
from vk_sandbox.vkid.logins import answers, end, tokens


@endpoint
def auth(asked: Parameters) -> Answer:
    grants = {"authorization_code": _by_code, "refresh_token": _by_refresh_token}
    grant = grants.get(asked.get("grant_type", ""))
    if grant is None:
        raise wrong("grant_type")
    return grant(app_of(asked), asked)


def app_of(asked: Parameters) -> App:
    """The application that asks. A secret is not needed with PKCE, but a wrong one is a wrong one."""
    app = App.objects.filter(client_id=asked.get("client_id", "")).first()
    if app is None:
        raise wrong("client_id", "invalid_client")
    secret = asked.get("client_secret", "")
    if secret and app.secret and not hmac.compare_digest(secret.encode(), app.secret.encode()):
        raise OAuthError("invalid_client", "client_secret is incorrect")
    return app


def _by_code(app: App, asked: Parameters) -> Answer:
    login = Login.objects.select_related("device").filter(code=asked.get("code", ""), app=app).first()
    if login is None or login.ended or login.code_ends <= time.time():
        raise wrong("code")
    if asked.get("device_id") != login.device.device_id:
        raise wrong("device_id")
    if asked.get("redirect_uri") != login.redirect_uri:
        raise wrong("redirect_uri")
    if not answers(login.challenge, asked.get("code_verifier", "")):
        raise wrong("verifier")
    if login.exchanged:  # by somebody else who had it, or by this one: who can tell
        end([login])
        raise wrong("code")
    login.exchanged = True
    login.save(update_fields=["exchanged"])
    return tokens(login, login.scope, asked.get("state", ""))


def _by_refresh_token(app: App, asked: Parameters) -> Answer:
    known = RefreshToken.objects.select_related("login__device")
    refresh = known.filter(value=asked.get("refresh_token", ""), login__app=app, login__ended=False).first()
    if refresh is None or refresh.ends <= time.time():
        raise wrong("refresh_token", "invalid_token")
    if asked.get("device_id") != refresh.login.device.device_id:
        raise wrong("device_id")
    if refresh.used:
        end([refresh.login])
        raise wrong("refresh_token", "invalid_token")
    refresh.used = True
    refresh.save(update_fields=["used"])
    login = refresh.login
    narrowed = [right for right in login.scope.split() if right in asked.get("scope", login.scope).split()]
    return tokens(login, " ".join(narrowed), asked.get("state", ""))
