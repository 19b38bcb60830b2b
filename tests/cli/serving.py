"""A demo that serves, in processes of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.cli.commands import ROOT, clean


@contextmanager
def open_place() -> Iterator[Path]:
    """A folder that every account may enter, the database's too: not tmp_path, which is its owner's alone."""
    folder = Path(tempfile.mkdtemp(prefix="peremena-demo-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def free_ports(number: int = 2) -> list[str]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [str(each.getsockname()[1]) for each in held]


def started(arguments: list[str], **env: str) -> tuple[subprocess.Popen[str], list[str]]:
    """A demo that serves, and what it has said so far."""
    process = subprocess.Popen(
        [sys.executable, "-m", "peremena", *arguments], cwd=ROOT, env=clean() | env, stderr=subprocess.PIPE, text=True
    )
    said = []
    for line in process.stderr or ():
        said.append(line.rstrip("\n"))
        if said[-1] == "Остановить: Ctrl+C.":
            break
    return process, said
