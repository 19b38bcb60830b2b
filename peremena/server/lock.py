"""One process at a time: a file locked for the life of its holder."""

import fcntl
import os
from pathlib import Path

from peremena.core.errors import UnusableInput
from peremena.server.complaints import clearly


class Lock:
    """flock: the kernel lets go when the holder dies, however it dies. The file tells the holder's pid."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Raises UnusableInput, naming the holder, when another process (or another Lock) has it."""
        if self._descriptor is not None:
            return
        with clearly(f"Не удаётся занять папку {self.path.parent}"):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                self._lock(descriptor)
            except BaseException:
                os.close(descriptor)
                raise
        self._descriptor = descriptor

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
            raise UnusableInput(
                f"Папка {self.path.parent} занята: с ней работает процесс {holder or '(ещё запускается)'}. "
                f"Остановите его или укажите другую папку: --data"
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, b"%d\n" % os.getpid())

    def release(self) -> None:
        """Harmless when not held. The file stays: removing it would let two holders lock two files of one name."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
