"""The real command in a process of its own, and what it said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
PATIENCE = 90  # seconds for any command of a test


class Said(NamedTuple):
    """How a command ended. `err` are its lines to people."""

    code: int
    out: str
    err: list[str]

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line of a command that could not go on."""
        (line,) = [line for line in self.err if line.startswith("peremena: ")]
        return line.removeprefix("peremena: ")


class Commands:
    """`peremena` in one environment, which has nothing of ours but what it is given."""

    def __init__(self, **env: str) -> None:
        self.env = env

    def __call__(self, *arguments: str | Path, told: str = "", **env: str) -> Said:
        done = subprocess.run(
            [sys.executable, "-m", "peremena", *arguments],
            cwd=ROOT,
            env=clean() | self.env | env,
            input=told,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr.splitlines())


def clean() -> dict[str, str]:
    ours = ("PEREMENA_", "DATABASE_URL")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(name: str, value: object) -> list[str]:
    """What of the value is against docs/schema/<name>.json."""
    return [f"{fault.json_path}: {fault.message}" for fault in validator(name).iter_errors(value)]
