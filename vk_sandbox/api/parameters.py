"""What a method declares about its parameters, and the reading of a call's strings by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vk_sandbox.api.errors import invalid


class Type(StrEnum):
    INTEGER = "integer"
    STRING = "string"
    BOOLEAN = "boolean"
    INTEGERS = "csv<integer>"
    STRINGS = "csv<string>"


LISTS = {Type.INTEGERS, Type.STRINGS}
TRUTH = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`default` is what an absent parameter becomes; an absent list is empty, an absent flag false."""

    name: str
    type: Type
    required: bool = False
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    max_items: int | None = None
    choices: tuple[str, ...] = ()

    def read(self, raw: str | None) -> Any:
        """The typed value; ApiError 100 where the declaration is broken. An empty string counts as absent."""
        if not raw:
            if self.required:
                raise invalid(f"{self.name} is undefined")
            return self._absent()
        if self.type in LISTS:
            return self._list(raw)
        return self._one(self.type, raw)

    def _absent(self) -> Any:
        if self.type in LISTS:
            return []
        return bool(self.default) if self.type is Type.BOOLEAN else self.default

    def _list(self, raw: str) -> list[Any]:
        items = [item.strip() for item in raw.split(",")]
        if self.max_items is not None and len(items) > self.max_items:
            raise invalid(f"{self.name} should contain at most {self.max_items} elements")
        return [self._one(Type.INTEGER if self.type is Type.INTEGERS else Type.STRING, item) for item in items if item]

    def _one(self, kind: Type, raw: str) -> Any:
        if self.choices and raw not in self.choices:
            raise invalid(f"{self.name} should be one of {', '.join(self.choices)}")
        if kind is Type.INTEGER:
            return self._integer(raw)
        if kind is Type.BOOLEAN:
            if raw not in TRUTH:
                raise invalid(f"{self.name} not boolean")
            return TRUTH[raw]
        return raw

    def _integer(self, raw: str) -> int:
        digits = raw.strip().removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
            raise invalid(f"{self.name} not integer")
        value = int(raw)
        if self.minimum is not None and value < self.minimum:
            raise invalid(f"{self.name} should be greater or equal to {self.minimum}")
        if self.maximum is not None and value > self.maximum:
            raise invalid(f"{self.name} should be less or equal to {self.maximum}")
        return value


def read_all(parameters: Iterable[Parameter], raw: Mapping[str, str]) -> dict[str, Any]:
    """A call's strings as typed arguments. What is not declared is ignored, as VK does."""
    return {parameter.name: parameter.read(raw.get(parameter.name)) for parameter in parameters}
