"""A throw-away installation: `peremena run` and the stand-in for VK as the real processes that they are."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from peremena.bench.stand_in import StandIn
from peremena.server.data_folder import DataFolder
from peremena.server.logs import open_log
from peremena.server.parent_death import dying_with_parent
from peremena.server.ports import is_open
from peremena.server.postgres import Server

GLANCE = 0.005  # seconds between two looks
START_WITHIN = 300.0  # seconds: a new database is made and prepared, on a machine with other work to do
STOP_WITHIN = 15.0  # seconds
PLENTY = 100_000  # requests a second: the stand-in's pace where only ours is to count


class Stack:
    """`folder` holds all data; the settings of this process point there as well, so our own code can look inside."""

    def __init__(self, folder: DataFolder, port: int, standin: StandIn) -> None:
        self.folder = folder
        self.port = port
        self.standin = standin
        self.database_url = Server(folder.database).url
        self._programs: dict[str, tuple[str, ...]] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    @contextmanager
    def running(self, *, pace: int = PLENTY) -> Iterator[None]:
        """Everything started and answering; `pace` is the stand-in's, requests a second."""
        with self.started(("tree", "peremena", "run", "--port", str(self.port)), self.messenger(pace)):
            until(lambda: is_open(self.port) and is_open(self.standin.port), START_WITHIN)
            yield

    @contextmanager
    def started(self, *programs: tuple[str, ...]) -> Iterator[None]:
        """Name, module and arguments of each."""
        try:
            for name, *program in programs:
                self._start(name, *program)
            yield
        finally:
            for process in self._processes.values():
                _end(process)

    def messenger(self, pace: int) -> tuple[str, ...]:
        place = ("--port", str(self.standin.port), "--state", str(self.folder.sandbox), "--pace", str(pace))
        return ("messenger", "vk_sandbox", *place)

    def environment(self) -> dict[str, str]:
        """The tree brings its own database: ours is its address, not an order."""
        return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}

    def process_of(self, name: str) -> subprocess.Popen[bytes]:
        return self._processes[name]

    def start_again(self, name: str) -> None:
        self._start(name, *self._programs[name])

    def pid(self, target: str) -> int | None:
        """Of the tree's supervisor, the worker, the database or the messenger; None while it is being started."""
        match target:
            case "database":
                return _first_line(self.folder.database / "data" / "postmaster.pid")
            case "worker":
                return next((pid for pid in _children(self._processes["tree"].pid) if _is_worker(pid)), None)
            case _:
                return self._processes[target].pid

    def kill(self, target: str) -> None:
        """kill -9; what nobody else starts again is started again, at once and without waiting for it."""
        if (pid := self.pid(target)) is None:
            raise RuntimeError(f"{target}: процесса нет")
        os.kill(pid, signal.SIGKILL)
        if target in self._processes:
            self._processes[target].wait()
            port = self.port if target == "tree" else self.standin.port
            until(lambda: not is_open(port), STOP_WITHIN)
            self.start_again(target)

    def _start(self, name: str, *program: str) -> None:
        self._programs[name] = program
        with open_log(self.folder.logs / f"{name}.log") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", *program],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment(),
                process_group=0,
                preexec_fn=dying_with_parent(signal.SIGKILL),
            )


@contextmanager
def throwaway() -> Iterator[Stack]:
    """A stack that nothing of has been started yet, its keys made, Django awake with its settings; removed at the end."""
    place = Path(tempfile.mkdtemp(prefix="peremena-bench-"))
    try:
        folder = DataFolder(place)
        folder.claim("main", embedded=True)
        folder.release()
        port, other = free_ports(2)
        stack = Stack(folder, port, StandIn(other, folder.sandbox))
        for name in ("PEREMENA_SECRET_KEY", "PEREMENA_SECRET_KEYS", "DATABASE_URL_FILE"):
            os.environ.pop(name, None)
        os.environ |= {
            **folder.environment(),
            "PEREMENA_DATA": str(folder.path),
            "DATABASE_URL": stack.database_url,
            "PEREMENA_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PEREMENA_VK_API_URL": stack.standin.url,
            "PEREMENA_VK_ID_URL": stack.standin.url,
            "DJANGO_SETTINGS_MODULE": "peremena.settings",
        }
        django.setup()
        yield stack
    finally:
        shutil.rmtree(place, ignore_errors=True)


def until(condition: Callable[[], object], within: float) -> float:
    """Polls until `condition()` is true; the seconds that took. TimeoutError after `within`."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > within:
            raise TimeoutError(f"не за {within:g} с")
        time.sleep(GLANCE)
    return time.monotonic() - started


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _first_line(path: Path) -> int | None:
    try:
        return int(path.read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _is_worker(pid: int) -> bool:
    """Our own program by now, no longer the fork that is about to become it."""
    try:
        return b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
