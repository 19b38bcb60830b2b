"""Under which system account the database runs: PostgreSQL refuses root."""

import os
import pwd
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from peremena.core.errors import UnusableInput

# An installation makes an account of its own; without it the one that every system has.
_CANDIDATES = ("peremena", "nobody")
_FIRST_CLOSED = 'for path; do test ! -e "$path" || test -x "$path" || { printf %s "$path"; exit 1; }; done'


class Identity(TypedDict, total=False):
    """Arguments of subprocess.Popen that change the account; empty: stay who we are."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    @property
    def identity(self) -> Identity:
        """What to give subprocess.Popen so that the program runs under this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def first_closed(self, paths: Iterable[Path]) -> Path | None:
        """The first of the paths, outer before inner, that this account may not enter (a folder) or run (a file).

        What does not exist is passed over. Asked of the system under that very account, so that modes, access lists
        and mount options all count.
        """
        asked = subprocess.run(
            ["/bin/sh", "-c", _FIRST_CLOSED, "sh", *paths], cwd="/", stdout=subprocess.PIPE, **self.identity
        )
        return Path(os.fsdecode(asked.stdout)) if asked.returncode else None


def for_database(data: Path) -> Account:
    """We ourselves; for root: the owner of the existing `data`, else the installation's account, else nobody."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in _CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise UnusableInput(
        "PostgreSQL не работает под root, а пользователя peremena в системе нет: useradd --system peremena"
    )


def refuse_closed(account: Account, folders: Iterable[Path]) -> None:
    """Raises UnusableInput, naming the first folder on the way that `account` may not enter."""
    closed = account.first_closed(folders)
    if closed is not None:
        raise UnusableInput(
            f"База работает от имени «{account.name}», а ему нельзя войти в {closed}. "
            f"Укажите другую папку (--data) или откройте эту: chmod o+x {closed}"
        )
