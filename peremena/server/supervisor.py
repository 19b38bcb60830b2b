"""What `peremena run` and `peremena demo` are: a small tree of programs kept alive and stopped together."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from peremena.core.errors import UnusableInput
from peremena.server import ports
from peremena.server.children import Backoff, Child, Kept, say
from peremena.server.postgres import Server

Handler = Callable[[int, FrameType | None], object] | int | None  # what the signal module gives and takes

_BEAT = 0.1  # seconds between two looks at the children
_PATIENCE = 6.0  # seconds that children have to end by themselves: more than the graceful timeouts they are given
_HOPELESS = 3  # failed starts in a row after which nobody should go on waiting


class Supervisor:
    """Keeps `database` and children alive inside a `with` block of the main thread, while the block does its own work.

    SIGTERM and SIGINT leave the block by KeyboardInterrupt, taken for a clean stop; the second one kills.
    """

    def __init__(self, database: Server | None = None) -> None:
        self._database = database
        self._kept: list[Kept] = []
        self._stopping = threading.Event()
        self._ended = threading.Event()
        # A thread of its own, alive as long as we are: children die with the thread that started them.
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._signals = 0
        self._previous: dict[int, Handler] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._previous[number] = signal.signal(number, self._on_signal)
        try:
            if self._database is not None:
                self._kept = [Kept(self._database, Backoff(0.1, 2.0))]
                self._kept[0].adopt(self._database.start())
            self._thread.start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._stop()
        return kind is KeyboardInterrupt and self._signals > 0

    def start(self, *children: Child) -> None:
        """Starts them now and keeps them alive until the end of the block."""
        # A new list, not append: the watching thread goes over the old one.
        self._kept = [*self._kept, *(Kept(child, Backoff(0.5, 30.0)) for child in children)]

    def pid(self, name: str) -> int | None:
        """The process of the child or of the database («postgres»); None while it is being started again."""
        process = self._find(name).process
        return process.pid if process is not None else None

    def wait_for_port(self, name: str, port: int, *, timeout: float = 30.0) -> None:
        """Returns when child `name` listens on `port`. Raises UnusableInput when it does not come up."""
        kept = self._find(name)
        deadline = time.monotonic() + timeout
        while not ports.is_open(port):
            if kept.failed_starts >= _HOPELESS or time.monotonic() > deadline:
                how = kept.ended_how or f"нет ответа на порту {port} за {timeout:g} с"
                log = kept.program.log if isinstance(kept.program, Child) else None
                raise UnusableInput(f"«{name}» не запускается: {how}." + (f" Подробности: {log}" if log else ""))
            time.sleep(_BEAT)

    def serve(self) -> None:
        """Waits until SIGTERM or SIGINT ends the block."""
        # Neither join() nor is_alive(): an exception out of a signal's handler makes them take the thread for ended.
        while not self._ended.is_set():
            time.sleep(1.0)
        raise RuntimeError("the supervising thread has ended by itself")

    def _find(self, name: str) -> Kept:
        return next(kept for kept in self._kept if kept.program.name == name)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals == 1 and not self._stopping.is_set():
            raise KeyboardInterrupt

    def _watch(self) -> None:
        with contextlib.ExitStack() as at_the_end:
            at_the_end.callback(self._ended.set)
            # In this thread: the end of the thread would kill the children it has started.
            at_the_end.callback(self._end_everything)
            while not self._stopping.wait(_BEAT):
                for kept in self._kept:
                    kept.tick()

    def _stop(self) -> None:
        self._stopping.set()
        if self._thread.ident is not None:
            self._ended.wait()
        else:
            self._end_everything()
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _end_everything(self) -> None:
        children = [kept for kept in self._kept if kept.program is not self._database]
        for kept in children:
            kept.terminate()
        deadline = time.monotonic() + _PATIENCE
        while not all(kept.has_ended() for kept in children):
            if time.monotonic() > deadline or self._signals > 1:
                break
            time.sleep(0.02)
        for kept in children:
            kept.kill()
        if self._database is not None and self._database.process is not None:
            self._database.stop()
            say(f"{self._database.name}: остановлен")
