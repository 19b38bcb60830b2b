"""Witnesses with a process of their own, which is asked line by line: Node's, and sites."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.names import Names

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"


class Refused(Exception):  # noqa: N818  it is the client's error as Node told it, whatever its name there
    def __init__(self, error: dict[str, Any], text: str) -> None:
        super().__init__(text)
        self.type, self.code = error["type"], error.get("code")


class Driver:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, act: str, **asked: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"act": act, **asked}) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        if "error" in reply:
            raise Refused(reply["error"], reply["text"])
        return reply.get("answer")


@contextmanager
def driver(script: str, package: str, names: Names) -> Iterator[Driver]:
    """The script of this folder in Node, all its connections bent; skips by name what is not there."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: without it there is no witness in JavaScript")
    if not (NODE_MODULES / package).is_dir():
        pytest.skip(f"{package} is not installed (make test does it with npm)")
    with asked([node, str(HERE / script), str(names.port)], NODE_EXTRA_CA_CERTS=str(names.authority)) as running:
        yield running


@contextmanager
def asked(command: list[str], **environment: str) -> Iterator[Driver]:
    """A process that answers each line of JSON with one."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE, env=os.environ | environment
    )
    with process:
        try:
            yield Driver(process)
        finally:
            process.terminate()
