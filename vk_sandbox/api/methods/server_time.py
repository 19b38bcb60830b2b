"""utils.getServerTime."""

from __future__ import annotations

from vk_sandbox.api.method import ANYBODY, Behaviour, Caller, Method, Source


def get_server_time(caller: Caller) -> int:
    return caller.now


METHODS = (
    Method(
        "utils.getServerTime",
        get_server_time,
        ANYBODY,
        behaviours=(Behaviour("unix time in seconds; the same clock stamps join_date", Source.SCHEMA),),
    ),
)
