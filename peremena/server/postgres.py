"""An embedded PostgreSQL server: created, started, watched and stopped by us; reached through a Unix socket only."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path
from typing import BinaryIO

from peremena.core.errors import UnusableInput
from peremena.server import account, binaries, predecessor
from peremena.server.complaints import clearly
from peremena.server.folders import make_folder
from peremena.server.lock import Lock
from peremena.server.logs import open_log
from peremena.server.parent_death import dying_with_parent
from peremena.server.runtime_folder import make_private, socket_folder

_NAME = "peremena"  # of the database and of its superuser
_PORT = 5432  # only a part of the socket's name: nothing listens on TCP
_SMALLEST_FREE = 150 * 1024 * 1024  # bytes: a new cluster is 40 MB, its write-ahead log grows from 16
_LINE_OF_STATE = 7  # in postmaster.pid, counted from 0

_SETTINGS = {
    "listen_addresses": "",
    "port": str(_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors and statements carry people's data, and the application reports its own errors.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# What is committed reaches the system, which a killed server cannot lose, but not the disk. synchronous_commit stays.
_UNSAFE_AND_FAST = {"fsync": "off", "full_page_writes": "off"}


class Server:
    """One cluster in `home`. As root it runs under another account. `url` is known before the start.

    `fast` gives up safety against power failure, for tests. The server dies with the thread that has started it.
    """

    name = "postgres"

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        self.home = home.resolve()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._fast = fast
        self._settings = _SETTINGS | (_UNSAFE_AND_FAST if fast else {})
        self._sockets = socket_folder(self.home, f".s.PGSQL.{_PORT}")
        self._lock = Lock(self.home / "lock")
        self._account = account.for_database(self.data)
        self._programs = Path()
        self._short_folder: Path | None = None  # ours to remove

    @property
    def url(self) -> str:
        """DATABASE_URL of this server."""
        host = urllib.parse.quote(str(self._sockets), safe="")
        return f"postgresql://{_NAME}@/{_NAME}?host={host}&port={_PORT}"

    def start(self, *, timeout: float = 60.0) -> subprocess.Popen[bytes]:
        """Creates the cluster when it is new, starts it and returns when it answers at `url`; `timeout` in seconds.

        Raises UnusableInput, one Russian line, when the folder cannot be used or the server does not come up.
        """
        foreign = self._account.uid != os.geteuid()
        account.refuse_closed(self._account, reversed(self.home.parents))  # before anything is written
        make_folder(self.home, passable=foreign)
        self._lock.acquire()
        try:
            with clearly(f"Не удаётся запустить базу в {self.home}"):
                return self._come_up(time.monotonic() + timeout)
        except BaseException:
            self.stop()
            raise

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts the process of a prepared server and does not wait until it answers: what a supervisor repeats."""
        if not predecessor.gives_way(self.data, deadline=time.monotonic() + 1.0):
            self._forget_dead_server()
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, "-k", self._sockets, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                cwd="/",
                process_group=0,  # ^C in the terminal is for us, not for it
                preexec_fn=dying_with_parent(signal.SIGINT),  # SIGINT: its fast and clean shutdown
                **self._account.identity,
            )
        return self.process

    def ready(self) -> bool:
        """Whether the process we started takes connections. pg_isready may be answered by an older one, closing."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        ours = self.process is not None and lines[0] == str(self.process.pid)
        return ours and len(lines) > _LINE_OF_STATE and lines[_LINE_OF_STATE].strip() == "ready"

    def stop(self) -> None:
        """Fast shutdown: clients are disconnected, nothing committed is lost. Harmless when not running."""
        if self.process is not None:
            for number, patience in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, None)):
                if self.process.poll() is None:
                    self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
                    break
            self.process = None
        if self._short_folder is not None:
            shutil.rmtree(self._short_folder, ignore_errors=True)
            self._short_folder = None
        self._lock.release()

    def _come_up(self, deadline: float) -> subprocess.Popen[bytes]:
        self._programs = self._runnable_programs()
        make_private(self._sockets, self._account)
        self._short_folder = self._sockets if self._sockets.parent != self.home else None
        if not self.data.exists():
            self._create()
        if older := predecessor.gives_way(self.data, deadline=deadline):
            raise UnusableInput(f"В {self.data} уже работает PostgreSQL, запущенный не нами (процесс {older[0]})")
        written = self.log.stat().st_size if self.log.exists() else 0
        process = self.launch()
        while process.poll() is None and time.monotonic() < deadline:
            if self.ready():
                return process
            time.sleep(0.01)
        raise self._failure("PostgreSQL не запускается", written)

    def _runnable_programs(self) -> Path:
        found = binaries.find()
        program = found.folder / "postgres"
        if self._account.first_closed((*reversed(program.parents), program)) is not None:
            found = found.copied_to(self.home)
        return found.folder

    def _create(self) -> None:
        """Made aside and renamed: initdb killed half-way leaves a folder that looks finished."""
        for leftover in self.home.glob("data.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        if shutil.disk_usage(self.home).free < _SMALLEST_FREE:
            need = _SMALLEST_FREE // 1024 // 1024
            raise UnusableInput(f"Для новой базы в {self.home} нужно {need} МБ на диске, а места нет. Освободите его")
        new = Path(tempfile.mkdtemp(prefix="data.new-", dir=self.home))
        os.chown(new, self._account.uid, self._account.gid)
        written = self.log.stat().st_size if self.log.exists() else 0
        try:
            with open_log(self.log) as log:
                self._run(log, "initdb", "-D", new, *self._options_of_new_cluster())
                self._run(
                    log, "postgres", "--single", "-D", new, "postgres", told=f"create database {_NAME}\n".encode()
                )
        except subprocess.CalledProcessError as error:
            shutil.rmtree(new, ignore_errors=True)
            raise self._failure("PostgreSQL не смог создать базу", written) from error
        new.rename(self.data)

    def _options_of_new_cluster(self) -> list[str]:
        # The builtin provider (17 and later) sorts the same whatever the system's libraries and $LANG are.
        builtin = ["--locale-provider=builtin"] if binaries.Binaries(self._programs).major >= 17 else []
        sync = ["--no-sync"] if self._fast else []
        # "trust" is safe because there is no TCP and the socket's folder lets nobody else in.
        trust = ["--auth-local=trust", "--auth-host=reject"]
        return ["-U", _NAME, "-E", "UTF8", *builtin, "--locale=C.UTF-8", *trust, *sync]

    def _run(self, log: BinaryIO, program: str, *arguments: str | Path, told: bytes = b"") -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            input=told,
            stdout=log,
            stderr=log,
            env=_environment(),
            cwd="/",
            process_group=0,
            preexec_fn=dying_with_parent(signal.SIGKILL),
            check=True,
            **self._account.identity,
        )

    def _forget_dead_server(self) -> None:
        """After a crash the recorded pid may belong to any process by now, and PostgreSQL would not start beside it."""
        for left in (self.data / "postmaster.pid", self._sockets / f".s.PGSQL.{_PORT}.lock"):
            left.unlink(missing_ok=True)

    def _failure(self, what: str, written: int) -> UnusableInput:
        """The line for a person; `written`: the size of the log, bytes, before the attempt."""
        with self.log.open("rb") as log:
            log.seek(written if self.log.stat().st_size >= written else 0)
            lines = log.read().decode(errors="replace").splitlines()
        told = [line for line in lines if any(mark in line for mark in ("FATAL", "PANIC", "error:", "could not"))]
        reason = told[-1].strip() if told else "причина не названа"
        return UnusableInput(f"{what} ({self.data}): {reason}. Подробности: {self.log}")


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* would change the server, and secrets are none of its account's business."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8"}
