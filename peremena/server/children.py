"""One program kept alive: started, watched, started again after a growing pause, ended with everything it started."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from peremena.server.logs import open_log
from peremena.server.parent_death import dying_with_parent

_CLOCK = datetime.now().astimezone().tzinfo  # the machine's, before Django sets the schools' time zone for the process
_SETTLED_AFTER = 5.0  # seconds: who lived that long had started, and its end is news


class Program(Protocol):
    """What can be kept alive: a Child, or the embedded database."""

    @property
    def name(self) -> str: ...

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts a process that leads a group of its own, and does not wait for it."""


@dataclass(frozen=True, slots=True)
class Child:
    """A program of ours. `env` is added to our environment; output goes to `log`, without it to the terminal."""

    name: str
    argv: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path | None = None

    def launch(self) -> subprocess.Popen[bytes]:
        with contextlib.ExitStack() as stack:
            output = stack.enter_context(open_log(self.log)) if self.log else None
            return subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.env},
                process_group=0,  # ^C in the terminal is for the supervisor
                preexec_fn=dying_with_parent(signal.SIGKILL),
            )


class Backoff:
    """Pauses before the next start: `first`, doubled up to `longest`, seconds; `first` again after a settled life."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def after(self, lived: float) -> float:
        """The pause after a process that lived `lived` seconds."""
        if lived >= _SETTLED_AFTER:
            self._next = self._first
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause


@dataclass(slots=True)
class Kept:
    """A program and its present process. Only the supervising thread changes it; others may read."""

    program: Program
    backoff: Backoff
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    due: float = 0.0  # of the next start, by the monotonic clock
    failed_starts: int = 0  # in a row: ended before it had settled
    ended_how: str = ""

    def tick(self) -> None:
        """Starts the program when its time has come, notices its end."""
        now = time.monotonic()
        if self.process is None and now >= self.due:
            self._start(now)
        elif self.process is not None and _has_ended(self.process):
            self._bury(self.process, now)

    def adopt(self, process: subprocess.Popen[bytes]) -> None:
        """From now on `process`, started by somebody else, is the one watched."""
        self.process, self.since = process, time.monotonic()
        say(f"{self.program.name}: запущен, процесс {process.pid}")

    def terminate(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """Ends the process and all its group at once; returns when it is gone."""
        if self.process is not None:
            _kill_group(self.process)
            say(f"{self.program.name}: остановлен ({_told(self.process.wait())})")
            self.process = None

    def has_ended(self) -> bool:
        return self.process is None or _has_ended(self.process)

    def _start(self, now: float) -> None:
        try:
            self.adopt(self.program.launch())
        except OSError as error:  # no memory, no disk: it may pass, and the others must live on
            self._retry(0.0, now, error.strerror or str(error))

    def _bury(self, process: subprocess.Popen[bytes], now: float) -> None:
        _kill_group(process)  # before the pid is given back: the group's number is still ours
        code = process.wait()
        self.process = None
        self._retry(now - self.since, now, _told(code))

    def _retry(self, lived: float, now: float, how: str) -> None:
        pause = self.backoff.after(lived)
        self.due = now + pause
        self.failed_starts = self.failed_starts + 1 if lived < _SETTLED_AFTER else 0
        self.ended_how = how
        say(f"{self.program.name}: завершился ({how}), новый запуск через {pause:g} с")


def say(line: str) -> None:
    """A line for the person at the terminal."""
    sys.stderr.write(f"{datetime.now(_CLOCK):%H:%M:%S} {line}\n")
    sys.stderr.flush()


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Without reaping: while the dead leader waits, the number of its group cannot go to anybody else."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _told(code: int) -> str:
    return f"сигнал {-code}" if code < 0 else f"код {code}"
