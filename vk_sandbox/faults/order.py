"""What a request to /control/faults asks for, checked."""

from __future__ import annotations

from typing import Any

from vk_sandbox.api.errors import Code
from vk_sandbox.api.table import METHODS
from vk_sandbox.control.mistake import BadOrder
from vk_sandbox.faults.fault import Fault, Fields, Kind

KNOWN = {"kind", "method", "times", "share", "seed", "code", "seconds", "fields"}
LONGEST = 600  # seconds


def read(body: Any) -> list[Fault]:
    """The faults in the body's JSON value; BadOrder says what is wrong with it."""
    if not isinstance(body, dict) or body.keys() != {"faults"} or not isinstance(body["faults"], list):
        raise BadOrder("ожидается объект с полем faults — списком")
    return [_fault(f"faults[{number}]", given) for number, given in enumerate(body["faults"])]


def _fault(where: str, given: Any) -> Fault:
    if not isinstance(given, dict) or given.keys() - KNOWN:
        raise BadOrder(f"{where}: ожидается объект с полями {', '.join(sorted(KNOWN))}")
    if given.get("kind") not in [*Kind]:
        raise BadOrder(f"{where}: kind — одно из {', '.join(Kind)}")
    kind = Kind(given["kind"])
    method = given.get("method", "execute")
    if not isinstance(method, str) or method not in METHODS:  # one misspelt would strike nothing, and nobody would know
        raise BadOrder(f"{where}: method — имя метода, который стенд знает, например messages.send")
    if not _integer(given.get("times", 1)) or given.get("times", 1) < 1:
        raise BadOrder(f"{where}: times — целое число больше нуля")
    if not _integer(given.get("seed", 0)):
        raise BadOrder(f"{where}: seed — целое число")
    if not _number(given.get("share", 1)) or not 0 < given.get("share", 1) <= 1:
        raise BadOrder(f"{where}: share — число от 0 до 1")
    if (kind is Kind.ERROR) != ("code" in given) or given.get("code", Code.FLOOD) not in [*Code]:
        raise BadOrder(f"{where}: code — для error и только для него, одно из {', '.join(str(int(c)) for c in Code)}")
    seconds = given.get("seconds", 0)
    if (kind is Kind.LATENCY) != ("seconds" in given) or not _number(seconds) or not 0 <= seconds <= LONGEST:
        raise BadOrder(f"{where}: seconds — для latency и только для неё, от 0 до {LONGEST}")
    if ("fields" in given and kind is not Kind.CAPTCHA) or given.get("fields", Fields.BOTH) not in [*Fields]:
        raise BadOrder(f"{where}: fields — только для captcha, одно из {', '.join(Fields)}")
    return Fault(**(given | {"kind": kind, "fields": Fields(given.get("fields", Fields.BOTH))}))


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return _integer(value) or isinstance(value, float)
