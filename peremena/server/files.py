"""Small files that hold secrets or state: whole or absent, for their owner's eyes."""

import os
import tempfile
from pathlib import Path

PREFIX = ".peremena-"  # of unfinished files: one left behind by a crash is nobody's data


def write_private(path: Path, text: str) -> None:
    """Writes `path` 0600 at once, on disk when it returns."""
    unfinished = _written_aside(path, text)
    unfinished.replace(path)


def write_private_once(path: Path, text: str) -> None:
    """As write_private, but never over an existing file: of two writers the first wins."""
    unfinished = _written_aside(path, text)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()


def _written_aside(path: Path, text: str) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=PREFIX, dir=path.parent)  # 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
