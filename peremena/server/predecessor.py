"""An earlier server in the same data folder: waited for, or cleared away when only pieces of it are left.

Only for the holder of the folder's lock: whoever started the earlier server is dead.
"""

import contextlib
import os
import signal
import time
from pathlib import Path


def gives_way(data: Path, *, deadline: float) -> list[int]:
    """Returns the processes that still work in `data` when the monotonic clock reaches `deadline`; none: it is free.

    A server that is closing may finish. Backends without their server are killed: busy with a query they would not
    notice for hours, and no server starts beside them; to PostgreSQL it is a crash like the one that took the server.
    """
    while (older := _processes_in(data)) and time.monotonic() < deadline:
        if _recorded_pid(data) not in older:
            for pid in older:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    return older


def _processes_in(data: Path) -> list[int]:
    """Every process of a server works inside its data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's and so not of this server
            inside = (process / "cwd").readlink() == data
            if inside and (process / "comm").read_text().strip() == "postgres":
                found.append(int(process.name))
    return sorted(found)


def _recorded_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return None
