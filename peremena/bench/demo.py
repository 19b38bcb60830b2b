"""Seconds of `peremena demo` by stage, from nothing to a synced, served school."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time

from peremena.bench.report import Figure, Report
from peremena.bench.stack import free_ports

STAGE = re.compile(r"^  (?P<what>.+) за (?P<seconds>[\d.]+) с$", re.MULTILINE)
CODES = {
    "база запущена": "database",
    "база подготовлена": "migrated",
    "учебный стенд запущен": "messenger",
    "школа загружена": "imported",
    "чаты созданы": "synced",
    "страницы открыты": "served",
}
TARGET = 60.0  # seconds, all together


def measure() -> Report:
    port, other = free_ports(2)
    with tempfile.TemporaryDirectory(prefix="peremena-bench-") as place:
        command = [sys.executable, "-m", "peremena", "demo", "--fresh", "--once"]
        command += ["--port", str(port), "--sandbox-port", str(other), "--data", place]
        own = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_URL")}
        began = time.perf_counter()
        done = subprocess.run(command, env=own, capture_output=True, text=True)
        whole = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stderr)
    stages = {match["what"]: float(match["seconds"]) for match in STAGE.finditer(done.stderr)}
    return Report(
        "demo",
        [
            *(Figure(code, f"секунд: {what}", stages[what]) for what, code in CODES.items()),
            Figure("ready", "секунд от запуска до готовой школы", sum(stages.values()), at_most=TARGET),
            Figure("whole", "секунд вместе с остановкой", whole),
        ],
    )
