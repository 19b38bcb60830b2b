"""`execute`: up to 25 calls in one request."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.api.vkscript import ApiCall, parse

CALLS = 25


def execute(caller: Caller, *, code: str) -> Any:
    """The answers of the calls, `false` in place of each that failed."""
    script = parse(code)
    if len(script.calls) > CALLS:
        raise ApiError(Code.RUNTIME, "too many api calls")
    answers = [_inner(caller, call) for call in script.calls]
    return answers if script.many else answers[0]


def _inner(caller: Caller, call: ApiCall) -> Any:
    try:
        if call.method == "execute":
            raise ApiError(Code.UNKNOWN_METHOD)
        return caller.call(caller, call.method, call.arguments)
    except ApiError as error:
        caller.execute_errors.append({"method": call.method, "error_code": int(error.code), "error_msg": error.message})
        return False


METHODS = (
    Method(
        "execute",
        execute,
        USER_GROUP,
        (Parameter("code", Type.STRING, required=True),),
        behaviours=(
            Behaviour(
                "a failed inner call is `false` in place and an entry of `execute_errors`, in order", Source.CLIENTS
            ),
            Behaviour("at most 25 calls", Source.CLIENTS),
            Behaviour("more than 25 calls: error 13, and none of them is made", Source.INFERRED),
            Behaviour("counts as one request for the pace", Source.THIRD_PARTY),
            Behaviour("only `return API.a.b({…});` and `return [API.a.b({…}), …];`, else error 12", Source.INFERRED),
            Behaviour("an inner call that failed leaves nothing half done, those before it stay", Source.INFERRED),
            Behaviour("`execute` inside `execute` is an unknown method", Source.INFERRED),
        ),
    ),
)
