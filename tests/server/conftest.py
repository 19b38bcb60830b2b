import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.processes import ROOT, environment, python_for

Tree = tuple[subprocess.Popen[str], dict[str, int]]


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that every account may enter: not tmp_path, which is its owner's alone."""
    folder = Path(tempfile.mkdtemp(prefix="peremena-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def tree() -> Iterator[Callable[..., Tree]]:
    """Starts tests.server.tree and returns its process and the pids of what it started."""
    started: list[subprocess.Popen[str]] = []

    def start(home: Path | str, *programs: str, user: pwd.struct_passwd | None = None) -> Tree:
        foreign = user is not None and user.pw_uid != os.geteuid()
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user and foreign else {}
        process = subprocess.Popen(
            [python_for(user) if user else sys.executable, "-m", "tests.server.tree", home, *programs],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment(),
            **who,  # type: ignore[call-overload]
        )
        started.append(process)
        line = process.stdout.readline() if process.stdout else ""
        return process, json.loads(line or "{}")

    yield start
    for process in started:
        process.terminate()  # not kill: what it has started must be gone before its folder is removed
        process.communicate(timeout=10)
