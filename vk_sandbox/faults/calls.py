"""Faults of calls, `execute`'s inner ones too: they strike before the call has done anything."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import Caller
from vk_sandbox.faults.fault import FAULTS, Fault, Fields, Kind
from vk_sandbox.messenger.rooms import put_out
from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.models import Membership, State, Token

ADMINISTRATION = 100  # VK's own account of that name; who else could remove an owner [?]


def strike(caller: Caller, method: str, parameters: Mapping[str, str]) -> None:
    for fault in FAULTS.of_call(method):
        _strike(fault, caller, parameters)


def _strike(fault: Fault, caller: Caller, parameters: Mapping[str, str]) -> None:
    match fault.kind:
        case Kind.ERROR:
            raise ApiError(Code(fault.code or Code.UNKNOWN))
        case Kind.CAPTCHA:
            if not _solved(parameters):
                raise _captcha(caller, fault.fields)
        case Kind.REVOKED:
            Token.objects.filter(id=caller.token).update(revoked=True)
            raise ApiError(Code.AUTH, "invalid access_token (4).")
        case Kind.REMOVED:
            _remove(caller, parameters)


def _solved(parameters: Mapping[str, str]) -> bool:
    by_picture = parameters.get("captcha_sid") and parameters.get("captcha_key")
    return bool(by_picture or parameters.get("success_token"))


def _captcha(caller: Caller, fields: Fields) -> ApiError:
    """Unless told otherwise with the fields of both the older and the newer clients, as VK answers since 2025."""
    session = secrets.token_hex(16)
    old: dict[str, Any] = {
        "captcha_sid": str(secrets.randbelow(10**12)),
        "captcha_img": f"{caller.origin}/captcha.png",
    }
    new: dict[str, Any] = {
        "redirect_uri": f"{caller.origin}/not_robot_captcha?session_token={session}",
        "remixstlid": secrets.token_hex(8),
    }
    sent: dict[str, Any] = {
        "is_refresh_enabled": True,
        "captcha_ts": time.time(),
        "captcha_attempt": 1,
        "captcha_ratio": 2.6,
        "is_sound_captcha_available": False,
    }
    extra = {Fields.OLD: old, Fields.NEW: new, Fields.BOTH: old | new | sent}[fields]
    return ApiError(Code.CAPTCHA, extra=extra)


def _remove(caller: Caller, parameters: Mapping[str, str]) -> None:
    """The caller is put out of the chat he asks about; the call then meets what that means."""
    words = (parameters.get("chat_id", ""), parameters.get("peer_id", ""))
    numbers = [int(word) for word in words if word.isdecimal() and len(word) <= 18]
    local = [number - CHAT_PEER if number > CHAT_PEER else number for number in numbers]
    inside = Membership.objects.filter(account=caller.account, state=State.IN, chat__dialog=False)
    mine = inside.filter(local_id__in=local).select_related("chat").first()
    if mine is not None:
        put_out(mine.chat, caller.account, State.KICKED, by=ADMINISTRATION, now=caller.now)
