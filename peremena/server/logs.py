"""Log files of the programs we start."""

from pathlib import Path
from typing import BinaryIO

ROTATED_AT = 10 * 1024 * 1024


def open_log(path: Path) -> BinaryIO:
    """Opened for appending, readable by its owner only; one older file (`.1`) is kept when this one has grown big."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > ROTATED_AT:
        path.replace(path.with_name(f"{path.name}.1"))
    path.touch(mode=0o600)
    return path.open("ab")
