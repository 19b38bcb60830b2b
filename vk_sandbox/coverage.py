"""What the stand-in serves, where each behaviour is known from and who has seen it: `python -m vk_sandbox.coverage`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.module_loading import import_string

from vk_sandbox.api.method import Method, Source
from vk_sandbox.server import configure
from vk_sandbox.state import opened

Endpoints = Mapping[str, tuple[str, Source]]
HERE = Path(__file__).parent
README, WITNESSES = HERE / "README.md", HERE / "witnesses.json"
BEGIN, END = "<!-- python -m vk_sandbox.coverage -->\n", "<!-- end -->"
VK_ID_HEAD = "| of VK ID | what comes of it | source | witnesses |\n|---|---|---|---|\n"
HEAD = "| method | tokens | behaviour | source | witnesses | schema |\n|---|---|---|---|---|---|\n"


def markdown(methods: Iterable[Method], endpoints: Endpoints, record: Mapping[str, Any]) -> str:
    """What the README shows: who the witnesses are, and the tables."""
    vk_id = [
        f"| `{name}` | {what} | [{source}] | {_witnesses(record, name)} |\n"
        for name, (what, source) in endpoints.items()
    ]
    lines: list[str] = []
    for method in sorted(methods, key=lambda method: method.name):
        first = (f"`{method.name}`", ", ".join(sorted(method.tokens)))
        last = (_witnesses(record, method.name), _schema(record, method.name))
        for behaviour in method.behaviours:
            lines.append(f"| {' | '.join([*first, behaviour.text, f'[{behaviour.source}]', *last])} |\n")
            first = last = ("", "")
    clients = ", ".join(f"{name} {client['version']}" for name, client in sorted(record["clients"].items(), key=_name))
    return f"Witnesses: {clients}.\n\n{VK_ID_HEAD}{''.join(vk_id)}\n{HEAD}{''.join(lines)}"


def _witnesses(record: Mapping[str, Any], method: str) -> str:
    called = [name for name, client in sorted(record["clients"].items(), key=_name) if method in client["methods"]]
    return ", ".join(called) or "–"


def _name(item: tuple[str, Any]) -> str:
    return item[0].casefold()


def _schema(record: Mapping[str, Any], method: str) -> str:
    """The shapes of answers that are checked, and how many the schema has if that is not all."""
    if method not in record["schema"]:
        return "–"
    checked, published = record["schema"][method]["checked"], record["schema"][method]["published"]
    return ", ".join(checked) + ("" if checked == published else f" (of {len(published)})")


def written(readme: str, table: str) -> str:
    """The README with this table in the place of the one it has."""
    before, begin, rest = readme.partition(BEGIN)
    return before + begin + table + END + rest.partition(END)[2]


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
    parser.add_argument("--json", action="store_true", help="the declarations instead of the table")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    given = parser.parse_args()
    with opened(None) as folder:
        configure(folder, None)
        methods = import_string("vk_sandbox.api.table.METHODS").values()
        endpoints = import_string("vk_sandbox.vkid.table.ENDPOINTS")
    if given.json:
        sys.stdout.write(json.dumps(as_json(methods)))
        return
    table = markdown(methods, endpoints, json.loads(WITNESSES.read_text(encoding="utf-8")))
    if given.write:
        README.write_text(written(README.read_text(encoding="utf-8"), table), encoding="utf-8")
    else:
        sys.stdout.write(table)


if __name__ == "__main__":
    main()
