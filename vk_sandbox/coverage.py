"""What the stand-in serves and where each behaviour is known from: `python -m vk_sandbox.coverage [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.utils.module_loading import import_string

from vk_sandbox.api.method import Method
from vk_sandbox.server import configure
from vk_sandbox.state import opened

HEAD = "| method | tokens | behaviour | source |\n|---|---|---|---|\n"


def markdown(methods: Iterable[Method]) -> str:
    """The table of the README."""
    lines: list[str] = []
    for method in sorted(methods, key=lambda method: method.name):
        tokens = ", ".join(sorted(method.tokens))
        for number, behaviour in enumerate(method.behaviours):
            first = (f"`{method.name}`", tokens) if not number else ("", "")
            lines.append(f"| {first[0]} | {first[1]} | {behaviour.text} | [{behaviour.source}] |\n")
    return HEAD + "".join(lines)


def as_json(methods: Iterable[Method]) -> dict[str, Any]:
    """Name → declaration: tokens, parameters, right."""
    return {
        method.name: {
            "tokens": sorted(method.tokens),
            "right": method.right,
            "parameters": {parameter.name: asdict(parameter) for parameter in method.parameters},
        }
        for method in methods
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m vk_sandbox.coverage", description=__doc__)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with opened(None) as folder:
        configure(folder, None)
        methods = import_string("vk_sandbox.api.table.METHODS").values()
    sys.stdout.write(json.dumps(as_json(methods)) if given.json else markdown(methods))


if __name__ == "__main__":
    main()
