"""A task that begins, waits for a sign, and ends."""

from __future__ import annotations

import time
from pathlib import Path

from peremena.jobs.queue import Stop, task


@task("tests.hold", queue="tests")
def hold(*, log: str, name: str, stop: Stop) -> None:
    note(log, f"begin {name}")
    while not Path(f"{log}.go").exists() and not stop():
        time.sleep(0.01)
    note(log, f"end {name}")


def note(log: str, line: str) -> None:
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
