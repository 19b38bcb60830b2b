"""calls.start and forceFinish: answers only, there is nothing to join."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID, uuid4

from vk_sandbox.api.errors import invalid
from vk_sandbox.api.method import USER, Behaviour, Caller, Method, Source
from vk_sandbox.api.parameters import Parameter, Type


def start(caller: Caller, *, group_id: int | None) -> dict[str, Any]:
    word, number, password = secrets.token_urlsafe(32), str(secrets.randbelow(10**12)), secrets.token_urlsafe(6)
    short = f"{caller.origin}/call/{number}"
    return {
        "call_id": str(uuid4()),
        "join_link": f"{caller.origin}/call/join/{word}",
        "ok_join_link": word,
        "short_credentials": {
            "id": number,
            "password": password,
            "link_without_password": short,
            "link_with_password": f"{short}?p={password}",
        },
    }


def force_finish(caller: Caller, *, call_id: str) -> int:
    try:
        known = str(UUID(call_id)) == call_id
    except ValueError:
        known = False
    if not known:
        raise invalid("call_id is invalid")
    return 1


METHODS = (
    Method(
        "calls.start",
        start,
        USER,
        (Parameter("group_id", Type.INTEGER),),
        behaviours=(
            Behaviour("call_id of 36 characters, join_link, ok_join_link, short_credentials", Source.SCHEMA),
            Behaviour(
                "the links lead to the stand-in, where nothing is; VK's lead to vk.com/call/join/…", Source.INFERRED
            ),
            Behaviour("needs no right of its own; nothing is kept", Source.INFERRED),
        ),
    ),
    Method(
        "calls.forceFinish",
        force_finish,
        USER,
        (Parameter("call_id", Type.STRING, required=True),),
        behaviours=(
            Behaviour("answers 1", Source.SCHEMA),
            Behaviour("for any id of the right form, else error 100", Source.INFERRED),
        ),
    ),
)
