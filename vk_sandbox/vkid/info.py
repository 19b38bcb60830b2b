"""POST /oauth2/user_info, public_info, logout, revoke."""

from __future__ import annotations

import time
from typing import Any

from vk_sandbox.models import Account, AccountKind, Login, Token
from vk_sandbox.vkid import id_token
from vk_sandbox.vkid.answers import Answer, Parameters, endpoint, wrong
from vk_sandbox.vkid.devices import vk_of
from vk_sandbox.vkid.exchange import app_of
from vk_sandbox.vkid.logins import end


@endpoint
def user_info(asked: Parameters) -> Answer:
    """What the token's scope allows."""
    token, login = _given(asked)
    rights, account = token.scope.split(), login.account
    sign_in = vk_of(account)
    user: dict[str, Any] = {
        "user_id": str(account.id),
        "first_name": account.first_name,
        "last_name": account.last_name,
        "avatar": "",
        "sex": account.sex,
        "verified": False,
        "birthday": account.birthday.strftime("%d.%m.%Y") if account.birthday else "",
    }
    if "phone" in rights:
        user["phone"] = sign_in.phone.removeprefix("+")
    if "email" in rights:
        user["email"] = sign_in.email
    return {"user": user}


@endpoint
def public_info(asked: Parameters) -> Answer:
    """Of whose VK ID this is no more than he himself needs to know it again."""
    app = app_of(asked)
    claims = id_token.read(asked.get("id_token", ""))
    login = None
    if claims is not None:
        logins = Login.objects.select_related("account")
        login = logins.filter(jti=claims["jti"], app=app, ended=False).first()
    if login is None:
        raise wrong("id_token")
    return {"user": _masked(login.account)}


@endpoint
def logout(asked: Parameters) -> Answer:
    """Ends the login of this token."""
    end([_given(asked)[1]])
    return {"response": 1}


@endpoint
def revoke(asked: Parameters) -> Answer:
    """The person's consent is gone: ends every login of his, with either profile, in this application."""
    login = _given(asked)[1]
    key = login.account.key
    people = (AccountKind.VK, AccountKind.STUDY)
    end(Login.objects.filter(app=login.app_id, account__key=key, account__kind__in=people))
    return {"response": 1}


def _given(asked: Parameters) -> tuple[Token, Login]:
    """The access token, and the login it is of, which was made for the application that asks."""
    app = app_of(asked)
    tokens = Token.objects.select_related("login__account").exclude(login=None)
    token = tokens.filter(value=asked.get("access_token", ""), revoked=False, ends__gt=time.time()).first()
    if token is None or token.login is None or token.login.app_id != app.client_id:
        raise wrong("access_token", "invalid_token")
    return token, token.login


def _masked(account: Account) -> dict[str, str]:
    sign_in = vk_of(account)
    phone = f"{sign_in.phone[:2]} *** *** ** {sign_in.phone[-2:]}" if sign_in.phone else ""
    name, at, domain = sign_in.email.partition("@")
    return {
        "user_id": str(account.id),
        "first_name": account.first_name,
        "last_name": f"{account.last_name[:1]}." if account.last_name else "",
        "phone": phone,
        "avatar": "",
        "email": f"{name[:2]}***@{domain}" if at else "",
    }
