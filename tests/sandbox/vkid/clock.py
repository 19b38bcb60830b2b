"""Time goes by, as far as anybody can tell who reads what the stand-in keeps."""

from __future__ import annotations

import sqlite3
from pathlib import Path

MOMENTS = {"attempt": "began", "login": "code_ends", "refreshtoken": "ends", "token": "ends"}
MOMENTS |= {"sms": "sent", "wrongpassword": "at"}


def pass_time(state: Path, seconds: int) -> None:
    """So many seconds, for the stand-in with this state folder."""
    with sqlite3.connect(state / "vk.sqlite3", timeout=10) as kept:
        for table, column in MOMENTS.items():
            kept.execute(f"update vk_sandbox_{table} set {column} = {column} - ?", (seconds,))
    kept.close()
