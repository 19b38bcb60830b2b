"""VKScript's words and signs."""

from __future__ import annotations

import re
from typing import TypeAlias

from vk_sandbox.api.errors import ApiError, Code

LONGEST = 1_000_000  # characters of code
TOKEN = re.compile(
    r"""\s*(?:(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<number>(?:0|[1-9]\d{0,17})(?:\.\d{1,17})?(?:[eE][+-]?\d{1,2})?)(?![\w.])
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>[=!<>]=|&&|\|\||[-+*/%<>!?=@\[\](){},:;.]))""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
END = "end"


Token: TypeAlias = tuple[str, str]
"""Its kind (string, number, name, sign or end) and its text. No class: a request can have thousands."""


def tokens(code: str) -> list[Token]:
    """All of them, and one `end`. ApiError 12 where something is none."""
    if len(code) > LONGEST:
        raise ApiError(Code.COMPILE, "code is too long")
    code = code.rstrip()
    found: list[Token] = []
    position = 0
    while position < len(code):
        match = TOKEN.match(code, position)
        if match is None:
            raise ApiError(Code.COMPILE, f"syntax error at {position}")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        position = match.end()
    found.append((END, ""))
    return found


def unquoted(literal: str) -> str:
    """The text of a string literal."""

    def one(match: re.Match[str]) -> str:
        escape = match[1]
        return chr(int(escape[1:], 16)) if len(escape) == 5 else ESCAPES.get(escape, escape)

    if "\\" not in literal:
        return literal[1:-1]
    text = ESCAPE.sub(one, literal[1:-1])
    # JSON writes what lies outside the basic plane as two \u escapes.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
