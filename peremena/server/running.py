"""What a running tree tells other commands about itself: running.json in the data folder."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from peremena.server.complaints import clearly
from peremena.server.files import write_private


class Announcement:
    """{"pid", "born", and addresses: "database_url", "web", "sandbox"…}; true only while that very process lives."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, **addresses: str) -> None:
        """Replaces what was there at once; readers see the old or the new, never a half."""
        with clearly("Не удаётся записать, что запущено"):
            write_private(
                self.path, json.dumps({"pid": os.getpid(), "born": _birth(os.getpid()), **addresses}, indent=1)
            )

    def withdraw(self) -> None:
        """Harmless when there is none."""
        self.path.unlink(missing_ok=True)

    def read(self) -> Mapping[str, str] | None:
        """The addresses, with "pid"; None when nothing runs, also when a killed process left its file behind."""
        with clearly("Не удаётся узнать, что запущено"):
            try:
                told = json.loads(self.path.read_text())
            except (FileNotFoundError, NotADirectoryError):
                return None
        born = told.pop("born")
        return {name: str(value) for name, value in told.items()} if born == _birth(told["pid"]) else None


def _birth(pid: int) -> str | None:
    """Tells a process from any other that ever had its pid; None when there is no such process."""
    try:
        # The name in parentheses may hold spaces; the start time is the 20th field after it.
        since_boot = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}:{since_boot}"
