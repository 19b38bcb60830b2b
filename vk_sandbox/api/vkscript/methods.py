"""What lists and strings can do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from vk_sandbox.api.vkscript.operators import equal
from vk_sandbox.api.vkscript.values import Budget, text, trouble, whole

Given = Sequence[Any]


def push(budget: Budget, items: list[Any], given: Given) -> int:
    budget.make(len(given))
    items.extend(given)
    return len(items)


def unshift(budget: Budget, items: list[Any], given: Given) -> int:
    budget.make(len(given) + len(items) // 16)
    items[:0] = given
    return len(items)


def pop(budget: Budget, items: list[Any], given: Given) -> Any:
    return items.pop() if items else None


def shift(budget: Budget, items: list[Any], given: Given) -> Any:
    budget.make(len(items) // 16)
    return items.pop(0) if items else None


def splice(budget: Budget, items: list[Any], given: Given) -> list[Any]:
    """Takes out, from a place, so many, and puts in what else is given."""
    start = slice(whole(_needed(given)), None).indices(len(items))[0]
    end = len(items) if len(given) < 2 else start + max(0, whole(given[1]))
    taken = items[start:end]
    budget.make(len(taken) + len(given) + len(items) // 16)
    items[start:end] = given[2:]
    return taken


def cut(budget: Budget, sequence: list[Any] | str, given: Given) -> list[Any] | str:
    part = sequence[slice(*(whole(one) for one in given[:2]))] if len(given) > 1 else sequence[whole(_needed(given)) :]
    budget.make(len(part))
    return part


def substr(budget: Budget, string: str, given: Given) -> str:
    start = slice(whole(_needed(given)), None).indices(len(string))[0]
    budget.make(len(string) // 8)
    return string[start:] if len(given) < 2 else string[start : start + max(0, whole(given[1]))]


def split(budget: Budget, string: str, given: Given) -> list[str]:
    budget.make(len(string))
    return string.split(separator) if (separator := text(_needed(given))) else list(string)


def index_of(budget: Budget, sequence: list[Any] | str, given: Given) -> int:
    wanted = _needed(given)
    budget.make(len(sequence))
    if isinstance(sequence, str):
        return sequence.find(text(wanted))
    return next((place for place, item in enumerate(sequence) if equal(budget, item, wanted)), -1)


def _needed(given: Given) -> Any:
    if not given:
        raise trouble("an argument is missing")
    return given[0]


Acting = Callable[[Budget, Any, Given], Any]
OF_LISTS: dict[str, Acting] = {
    "push": push,
    "unshift": unshift,
    "pop": pop,
    "shift": shift,
    "splice": splice,
    "slice": cut,
    "indexOf": index_of,
}
OF_STRINGS: dict[str, Acting] = {"slice": cut, "substr": substr, "split": split, "indexOf": index_of}
KNOWN = OF_LISTS.keys() | OF_STRINGS.keys()


def act(budget: Budget, name: str, target: Any, given: Given) -> Any:
    kinds = OF_LISTS if isinstance(target, list) else OF_STRINGS if isinstance(target, str) else {}
    if name not in kinds:
        raise trouble(f"{name} of what is no list or string")
    return kinds[name](budget, target, given)
