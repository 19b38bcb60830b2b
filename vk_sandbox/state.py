"""The state folder: one process at a time, private, with the two secrets that are made once."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECRETS = ("control-token", "secret-key")


class CannotStart(Exception):  # noqa: N818 - a state of the machine
    """`str()` is one line for a person, in Russian."""


@contextmanager
def opened(state: Path | None) -> Iterator[Path]:
    """The folder, for this process alone; a temporary one, removed at the end, where none is named."""
    os.umask(0o077)
    folder = state or Path(tempfile.mkdtemp(prefix="vk-sandbox-"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for name in SECRETS:
            _make_secret(folder / name)
    except BlockingIOError:
        raise CannotStart(f"папка {folder} занята другим стендом") from None
    except OSError as error:
        raise CannotStart(f"папка {folder} не годится: {error.strerror}") from None
    try:
        yield folder
    finally:
        lock.close()
        if state is None:
            shutil.rmtree(folder, ignore_errors=True)


def _make_secret(path: Path) -> None:
    if not path.exists():
        new = path.with_suffix(".new")  # whole or not at all, whenever the process is killed
        new.write_text(secrets.token_urlsafe(32), encoding="ascii")
        new.rename(path)
