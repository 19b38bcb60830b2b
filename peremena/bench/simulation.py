"""The simulation's schedules by the hundred thousand, on every core. Its engine is no part of what is shipped: it is played by
the tests of a checkout, each process with a database of its own, and this only divides the seeds and gathers the findings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from peremena.bench.report import Figure, Report
from peremena.core.errors import UnusableInput

ROOT = Path(__file__).parents[2]
TESTS = Path("tests/simulation")
LONG = 1_000_000  # schedules of seeds from here on are long; see tests/simulation/schedule.py
FOLLOWED = 2_000_000  # from here on they are short, and the chats follow every roster by themselves
LONG_SHARE, FOLLOWED_SHARE = 5, 10  # one of so many
AT_ONCE = 2500  # seeds of one process: a new database costs seconds


class Part(NamedTuple):
    """Seeds that one process plays."""

    first: int
    number: int

    @property
    def command(self) -> list[str]:
        options = [f"--simulation-from={self.first}", f"--simulation-count={self.number}"]
        return [sys.executable, "-m", "pytest", "-q", str(TESTS / "test_schedules.py"), "-k", "in_the_end", *options]


PLANTED = [sys.executable, "-m", "pytest", "-q", str(TESTS / "test_planted_bugs.py")]


def parts(schedules: int, seed: int) -> list[Part]:
    """Short schedules from `seed` on; every fifth is a long one, and in every tenth the chats follow rosters."""
    long, followed = schedules // LONG_SHARE, schedules // FOLLOWED_SHARE
    ranges = (seed, schedules - long - followed), (LONG + seed, long), (FOLLOWED + seed, followed)
    return [
        Part(begin, min(AT_ONCE, first + count - begin))
        for first, count in ranges
        for begin in range(first, first + count, AT_ONCE)
    ]


def failed(output: str) -> list[int]:
    """Seeds that a process complains of; of a hundred seeds in a row it tells the first."""
    return [int(seed) for seed in re.findall(r"^seed (\d+): ", output, flags=re.MULTILINE)]


def measure(*, schedules: int, seed: int, tell: Callable[[str], None]) -> Report:
    """Every complaint is told at once, with its seed and its actions."""
    if not (ROOT / TESTS).is_dir():
        raise UnusableInput("Моделирование есть только в рабочей копии проекта: запустите «make bench simulation».")
    began, cores = time.monotonic(), os.cpu_count() or 1
    found: list[int] = []
    with ThreadPoolExecutor(cores) as pool:
        planted = pool.submit(_played, PLANTED)
        running = {pool.submit(_played, part.command): part for part in parts(schedules, seed)}
        for done in as_completed(running):
            part, result = running[done], done.result()
            seeds = failed(result.stdout)
            if result.returncode and not seeds:
                raise RuntimeError(result.stdout + result.stderr)
            found += seeds
            tell(result.stdout if seeds else f"{part.first} … {part.first + part.number - 1}: верно")
        bugs = planted.result()
    if bugs.returncode:
        tell(bugs.stdout)
    seconds = time.monotonic() - began
    figures = [
        Figure("schedules", "расписаний", schedules),
        Figure("wrong", "из них кончились неверно", len(found), at_most=0),
        Figure("planted_found", "нарочно внесённые ошибки замечены", float(not bugs.returncode), at_least=1),
        Figure("each", "миллисекунд одного ядра на расписание", 1000 * seconds * cores / schedules),
        Figure("seconds", "секунд на всё", seconds),
    ]
    return Report("simulation", figures, {"seed": seed, "failed": sorted(found)})


def _played(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
