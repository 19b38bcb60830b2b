"""How commands speak: JSON for programs on stdout; lines, tables and progress for people on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from peremena.core.errors import MessengerError, UnusableInput

EVERY = 5.0  # seconds between two plain lines of progress

OPERATIONS = {
    "create_chat": "создать чатов",
    "rename_chat": "переименовать чатов",
    "add_member": "добавить людей",
    "invite_member": "пригласить людей",
    "remove_member": "исключить людей",
    "set_role": "изменить ролей",
    "archive_chat": "убрать в архив чатов",
}
KINDS = {
    "teachers": "учительские",
    "class": "чаты классов",
    "parents": "родительские",
    "subject": "чаты предметов",
    "custom": "другие",
}
RULES = {"members_of_one_chat": "участники одного чата", "members_of_all_chats": "участники всех чатов школы"}


def say(line: str) -> None:
    """One line to a person."""
    click.echo(line, err=True)


def as_json(value: Any) -> None:
    """The command's result for programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def answering(program: bool, nothing: Any) -> Iterator[None]:
    """A command that cannot go on still answers a program (`--json`) in its shape: with `nothing`."""
    try:
        yield
    except Exception:
        if program:
            as_json(nothing)
        raise


@contextmanager
def unreachable_messenger() -> Iterator[None]:
    """A messenger that cannot be reached or refuses us ends the command with one line and exit code 2."""
    try:
        yield
    except MessengerError as error:
        raise UnusableInput(
            f"Мессенджер не отвечает или не принимает нас ({error.reason}): проверьте подключение, peremena connection check."
        ) from None


class Bar(Protocol):
    def __call__(self, done: int, total: int | None = None, what: str = "") -> None:
        """Show how far it is; `what` is being done now."""


@contextmanager
def progress(title: str) -> Iterator[Bar]:
    """A bar on a terminal; elsewhere a plain line now and then."""
    if sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            task = bars.add_task(title, total=None)
            yield lambda done, total=None, what="": bars.update(
                task, completed=done, total=total, description=f"{title} {what}".strip()
            )
    else:
        yield PlainLines(title)


class PlainLines:
    """Progress for logs: at most one line every few seconds."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.last = time.monotonic()

    def __call__(self, done: int, total: int | None = None, what: str = "") -> None:
        if time.monotonic() - self.last >= EVERY:
            self.last = time.monotonic()
            of = f" из {total}" if total is not None else ""
            say(f"{self.title} {what}: {done}{of}".replace(" :", ":"))
