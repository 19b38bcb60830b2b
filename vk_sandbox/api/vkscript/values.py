"""Values of a script: null, true, false, numbers, strings, lists, objects. What counts as what."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from vk_sandbox.api.errors import ApiError, Code

STEPS = 100_000  # things done in one script
CELLS = 2_000_000  # items and pieces of eight characters that all of them together may make
RESULT = 1_000_000  # cells of what is returned
DEPTH = 64  # of what is returned or sent
LONGEST = 1_000_000  # characters of one string
NUMBER = re.compile(r"\s*[+-]?\d{1,18}(?:\.\d{1,17})?\s*", re.ASCII)
LEADING = {"parseInt": re.compile(r"\s*[+-]?\d{1,18}", re.ASCII), "parseDouble": NUMBER}
BIGGEST = 2**63


def trouble(why: str) -> ApiError:
    """Error 13: the script was understood and cannot go on."""
    return ApiError(Code.RUNTIME, why)


class Budget:
    """What a script may still do. No script can hold up the others for long, or fill the memory."""

    def __init__(self) -> None:
        self.steps = STEPS
        self.cells = CELLS

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise trouble("too many operations")

    def make(self, cells: int) -> None:
        self.cells -= cells
        if self.cells < 0:
            raise trouble("out of memory")


def is_true(value: Any) -> bool:
    """As in JavaScript: empty lists and objects are true."""
    return isinstance(value, list | dict) or bool(value)


def number(value: Any) -> int | float:
    """null, false and true count as 0, 0 and 1."""
    if value is None:
        return 0
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str) and len(value) < 64 and NUMBER.fullmatch(value):
        return tidy(float(value) if "." in value else int(value))
    raise trouble("not a number")


def whole(value: Any) -> int:
    return int(number(value))


def leading_number(function: str, value: Any) -> int | float:
    """parseInt and parseDouble: the number a text begins with, else 0."""
    if not isinstance(value, str):
        value = text(value) if isinstance(value, int | float) else ""
    match = LEADING[function].match(value[:64])
    if match is None:
        return 0
    return int(match[0]) if function == "parseInt" else tidy(float(match[0]))


def tidy(value: int | float) -> int | float:
    """A whole number as an integer, and none that is too big."""
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) >= BIGGEST:
        raise trouble("number is too big")
    return int(value) if isinstance(value, float) and value.is_integer() else value


def text(value: Any) -> str:
    """A scalar as it is joined to a string."""
    if isinstance(value, list | dict):
        raise trouble("an object is no string")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return str(value)


def as_parameter(value: Any) -> str:
    """As the string a request would carry; lists become comma-separated, objects JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ",".join(as_parameter(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def measured(value: Any, limit: int = RESULT) -> int:
    """The cells in a value, counted as often as they would be written; ApiError 13 where it is too big or too deep."""
    cells = 0
    pending = [(value, 0)]
    while pending:
        one, depth = pending.pop()
        cells += 1 + (len(one) // 8 if isinstance(one, str) else 0)
        if cells > limit:
            raise trouble("response size is too big")
        if depth > DEPTH:
            raise trouble("too deep")
        if isinstance(one, dict):
            pending.extend((item, depth + 1) for item in one.values())
        elif isinstance(one, list | tuple):
            pending.extend((item, depth + 1) for item in one)
    return cells


def own(answer: Any) -> Any:
    """A copy of what a method answered, for the script to change."""
    if isinstance(answer, dict):
        return {name: own(item) for name, item in answer.items()}
    return [own(item) for item in answer] if isinstance(answer, list | tuple) else answer
