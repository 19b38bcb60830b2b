"""What two values make together."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from functools import partial
from typing import Any

from vk_sandbox.api.vkscript.values import LONGEST, NUMBER, Budget, measured, number, text, tidy, trouble


def add(budget: Budget, left: Any, right: Any) -> Any:
    """Numbers are added, lists put one after the other; a string makes a string of anything."""
    if isinstance(left, list) and isinstance(right, list):
        budget.make(len(left) + len(right))
        return left + right
    if isinstance(left, str) or isinstance(right, str):
        joined = _joining(budget, left) + _joining(budget, right)
        if len(joined) > LONGEST:
            raise trouble("string is too long")
        return joined
    return tidy(number(left) + number(right))


def _joining(budget: Budget, value: Any) -> str:
    budget.make(measured(value))
    return ",".join(map(text, value)) if isinstance(value, list) else text(value)


def divide(left: Any, right: Any) -> int | float:
    if not (below := number(right)):
        raise trouble("division by zero")
    above = number(left)
    if isinstance(above, int) and isinstance(below, int) and above % below == 0:
        return tidy(above // below)
    return tidy(above / below)


def remainder(left: Any, right: Any) -> int | float:
    """With the sign of the left one."""
    if not (below := number(right)):
        raise trouble("division by zero")
    above = number(left)
    if isinstance(above, int) and isinstance(below, int):
        return abs(above) % abs(below) * (-1 if above < 0 else 1)
    return tidy(math.fmod(above, below))


def equal(budget: Budget, left: Any, right: Any) -> bool:
    """A list or an object is equal to nothing but itself, null to nothing but null."""
    if left is None or right is None or isinstance(left, list | dict) or isinstance(right, list | dict):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        budget.make(min(len(left), len(right)) // 64)
        return left == right
    if isinstance(left, str) or isinstance(right, str):
        words = [one for one in (left, right) if isinstance(one, str)]
        return all(len(one) < 64 and NUMBER.fullmatch(one) for one in words) and number(left) == number(right)
    return bool(left == right)


def compare(how: Callable[[Any, Any], bool], budget: Budget, left: Any, right: Any) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        budget.make(min(len(left), len(right)) // 64)
        return how(left, right)
    return how(number(left), number(right))


OPERATORS: dict[str, Callable[[Budget, Any, Any], Any]] = {
    "+": add,
    "-": lambda _, left, right: tidy(number(left) - number(right)),
    "*": lambda _, left, right: tidy(number(left) * number(right)),
    "/": lambda _, left, right: divide(left, right),
    "%": lambda _, left, right: remainder(left, right),
    "==": equal,
    "!=": lambda budget, left, right: not equal(budget, left, right),
    "<": partial(compare, operator.lt),
    "<=": partial(compare, operator.le),
    ">": partial(compare, operator.gt),
    ">=": partial(compare, operator.ge),
}
RANKS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
"""The loosest first."""
