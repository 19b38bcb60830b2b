"""What a method of the API is: one declaration from which checks, documents and tests follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from vk_sandbox.api.parameters import Parameter


class TokenKind(StrEnum):
    USER = "user"
    GROUP = "group"
    SERVICE = "service"


class Source(StrEnum):
    """Where a behaviour is known from. The marks of the README."""

    SCHEMA = "S"
    DOCUMENTATION = "D"
    CLIENTS = "C"
    THIRD_PARTY = "3P"
    INFERRED = "?"


@dataclass(frozen=True, slots=True)
class Behaviour:
    text: str
    source: Source


USER = frozenset({TokenKind.USER})
GROUP = frozenset({TokenKind.GROUP})
USER_GROUP = frozenset({TokenKind.USER, TokenKind.GROUP})
ANYBODY = frozenset(TokenKind)
MESSAGES = "messages"


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf a call is made. `now` is the server's unix time in seconds, `version` (5, 199)."""

    token: int
    account: int
    kind: TokenKind
    scope: frozenset[str]
    version: tuple[int, int]
    now: int
    origin: str  # where the caller reached us: http://127.0.0.1:8001
    parameters: Mapping[str, str]  # of the request
    call: Callable[[Caller, str, Mapping[str, str]], Any]  # how `execute` makes its inner calls
    execute_errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Method:
    """`answer(caller, **arguments)` returns the JSON value of `response` or raises ApiError.

    `at_once`: one that fails has done nothing; else what it did before it failed stays.
    """

    name: str
    answer: Callable[..., Any]
    tokens: frozenset[TokenKind]
    parameters: tuple[Parameter, ...] = ()
    right: str | None = None
    behaviours: tuple[Behaviour, ...] = ()
    at_once: bool = True
