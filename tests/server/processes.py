"""Processes of the operating system, as these tests see them."""

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def eventually(condition: Callable[[], object], within: float = 10.0) -> float:
    """Polls until `condition()` is true; returns how many seconds that took, fails after `within`."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < within, f"not within {within} s"
        time.sleep(0.01)
    return time.monotonic() - started


def alive(pid: int) -> bool:
    """A zombie is dead: nobody runs there."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children_of(pid: int) -> list[int]:
    """Zombies too."""
    found = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return sorted(int(child) for children in found for child in children)


def working_in(folder: Path) -> list[int]:
    """Processes whose working folder is `folder`: for a cluster's data folder, all of its server."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append(int(process.name))
        except OSError:
            continue
    return found


def ordinary_user() -> pwd.struct_passwd:
    """Somebody who is not root and can run our code; skips where root's tests cannot find one."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    somebody = pwd.getpwnam("nobody")
    if not _works(python_for(somebody), somebody):
        pytest.skip("no Python that an ordinary user may run")
    return somebody


def python_for(somebody: pwd.struct_passwd) -> str:
    """Our interpreter, or the system's where ours lies in root's home."""
    return next((path for path in (sys.executable, "/usr/bin/python3") if _works(path, somebody)), sys.executable)


def environment() -> dict[str, str]:
    """For a Python that is not our own: it finds our code and the wheel with PostgreSQL."""
    places = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PEREMENA_PG_BIN")}
    return {**kept, "PYTHONPATH": os.pathsep.join(places), "PYTHONDONTWRITEBYTECODE": "1"}


def _works(python: str, somebody: pwd.struct_passwd) -> bool:
    command = [python, "-c", "import sys, peremena.server.postgres; sys.exit(sys.version_info < (3, 11))"]
    who = {"user": somebody.pw_uid, "group": somebody.pw_gid} if os.geteuid() == 0 else {}
    try:
        return not subprocess.run(command, cwd="/", env=environment(), capture_output=True, **who).returncode  # type: ignore[call-overload]
    except PermissionError:
        return False
