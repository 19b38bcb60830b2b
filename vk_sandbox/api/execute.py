"""`execute`: a script with up to 25 calls in one request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.api.method import USER_GROUP, Behaviour, Caller, Method, Source
from vk_sandbox.api.parameters import Parameter, Type
from vk_sandbox.api.vkscript.interpreter import run
from vk_sandbox.api.vkscript.parser import parse

NOT_ARGS = {"code", "v"}


def execute(caller: Caller, *, code: str) -> Any:
    """What the script returns; `false` in place of each call that failed."""
    args = {name: value for name, value in caller.parameters.items() if name not in NOT_ARGS}
    return run(parse(code), partial(_inner, caller), args)


def _inner(caller: Caller, method: str, parameters: Mapping[str, str]) -> Any:
    try:
        if method == "execute":
            raise ApiError(Code.UNKNOWN_METHOD)
        return caller.call(caller, method, parameters)
    except ApiError as error:
        caller.execute_errors.append({"method": method, "error_code": int(error.code), "error_msg": error.message})
        return False


METHODS = (
    Method(
        "execute",
        execute,
        USER_GROUP,
        (Parameter("code", Type.STRING, required=True),),
        at_once=False,
        behaviours=(
            Behaviour(
                "a failed inner call is `false` in place and an entry of `execute_errors`, in order", Source.CLIENTS
            ),
            Behaviour(
                "VKScript: var, while, if, return, delete, API.a.b(…) anywhere, arithmetic, comparison", Source.CLIENTS
            ),
            Behaviour(
                "and parseInt, parseDouble, length, list@.member, methods of lists and strings", Source.DOCUMENTATION
            ),
            Behaviour("Args.x: the request's own parameter x, a string, null where it has none", Source.CLIENTS),
            Behaviour("code that does not compile, or names a variable not declared: error 12", Source.SCHEMA),
            Behaviour("a member of null, a sum of what cannot be added and the like: error 13", Source.INFERRED),
            Behaviour("a member that is not there, or one of false or a number, is null", Source.CLIENTS),
            Behaviour("empty lists and objects are true; `&&` and `||` give one of their sides", Source.INFERRED),
            Behaviour("objects and lists are shared, not copied, when assigned", Source.INFERRED),
            Behaviour("at most 25 calls", Source.CLIENTS),
            Behaviour(
                "the 26th call: error 13; what was done before it stays, as before any error 13", Source.INFERRED
            ),
            Behaviour("more than 100,000 steps, too much memory, too big an answer: error 13", Source.INFERRED),
            Behaviour("counts as one request for the pace", Source.THIRD_PARTY),
            Behaviour("an inner call that failed leaves nothing half done, those before it stay", Source.INFERRED),
            Behaviour("`execute` inside `execute` is an unknown method", Source.INFERRED),
        ),
    ),
)
