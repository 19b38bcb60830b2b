"""The part of VKScript that clients use to send many calls at once: one `return` of one call or of a list of calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vk_sandbox.api.errors import ApiError, Code

DEPTH = 32  # of nested literals; deeper is not a call anybody makes
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>-?(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?)(?![\w.])
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>[\[\](){},:;.]))""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
CONSTANTS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class ApiCall:
    method: str
    arguments: dict[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """`many`: the script returns a list of answers, not one answer."""

    calls: tuple[ApiCall, ...]
    many: bool


def parse(code: str) -> Script:
    """The calls a script makes. ApiError 12 for everything that is not of this form."""
    return _Parser(code).script()


def as_parameter(value: Any) -> str:
    """A literal as the string a request would carry; lists become comma-separated, objects JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list) and not any(isinstance(item, dict | list) for item in value):
        return ",".join(as_parameter(item) for item in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _unescaped(literal: str) -> str:
    def one(match: re.Match[str]) -> str:
        escape = match[1]
        return chr(int(escape[1:], 16)) if len(escape) == 5 else ESCAPES.get(escape, escape)

    text = ESCAPE.sub(one, literal[1:-1])
    # JSON writes what lies outside the basic plane as two \u escapes.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Parser:
    def __init__(self, code: str) -> None:
        self.tokens = list(self._split(code.rstrip()))
        self.position = 0
        self.depth = 0

    def _split(self, code: str) -> Iterator[tuple[str, str]]:
        position = 0
        while position < len(code):
            match = TOKEN.match(code, position)
            if match is None:
                raise ApiError(Code.COMPILE, f"syntax error at {position}")
            yield str(match.lastgroup), match[str(match.lastgroup)]
            position = match.end()

    def script(self) -> Script:
        self.expect("return")
        many = self.accept("[")
        calls = self.calls_until("]") if many else (self.call(),)
        self.accept(";")
        if self.position != len(self.tokens):
            raise self.error()
        return Script(calls, many)

    def calls_until(self, closing: str) -> tuple[ApiCall, ...]:
        calls: list[ApiCall] = []
        while not self.accept(closing):
            if calls:
                self.expect(",")
            calls.append(self.call())
        return tuple(calls)

    def call(self) -> ApiCall:
        self.expect("API")
        self.expect(".")
        path = [self.name()]
        while self.accept("."):
            path.append(self.name())
        self.expect("(")
        arguments: dict[str, Any] = {}
        if not self.accept(")"):
            self.expect("{")
            arguments = self.members()
            self.expect(")")
        return ApiCall(".".join(path), {name: as_parameter(value) for name, value in arguments.items()})

    def members(self) -> dict[str, Any]:
        members: dict[str, Any] = {}
        while not self.accept("}"):
            if members:
                self.expect(",")
            kind, text = self.take()
            if kind not in {"string", "name"}:
                raise self.error()
            self.expect(":")
            members[_unescaped(text) if kind == "string" else text] = self.value()
        return members

    def items(self) -> list[Any]:
        items: list[Any] = []
        while not self.accept("]"):
            if items:
                self.expect(",")
            items.append(self.value())
        return items

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "string":
            return _unescaped(text)
        if kind == "number":
            return json.loads(text)
        if kind == "name" and text in CONSTANTS:
            return CONSTANTS[text]
        if kind == "sign" and text in "[{":
            return self.nested(text)
        raise self.error()

    def nested(self, opening: str) -> Any:
        self.depth += 1
        if self.depth > DEPTH:
            raise ApiError(Code.COMPILE, "too deep")
        value = self.items() if opening == "[" else self.members()
        self.depth -= 1
        return value

    def name(self) -> str:
        kind, text = self.take()
        if kind != "name":
            raise self.error()
        return text

    def take(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise self.error()
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, text: str) -> bool:
        """Steps over a sign or word if it is next; a string with the same characters is something else."""
        found = self.position < len(self.tokens) and self.tokens[self.position] in (("sign", text), ("name", text))
        self.position += found
        return found

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.error()

    def error(self) -> ApiError:
        return ApiError(Code.COMPILE, f"unexpected token at {self.position}")
