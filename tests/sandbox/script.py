"""A script, done without a stand-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vk_sandbox.api.vkscript.interpreter import run
from vk_sandbox.api.vkscript.parser import parse

Called = list[tuple[str, Mapping[str, str]]]


def done(code: str, answer: Any = None) -> tuple[Any, Called]:
    """What the script returns and the calls it made, each of which answers `answer`."""
    called: Called = []

    def call(method: str, parameters: Mapping[str, str]) -> Any:
        called.append((method, parameters))
        return answer

    return run(parse(code), call), called
