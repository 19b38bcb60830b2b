"""A folder for a Unix socket: private, and short enough for the kernel."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from peremena.core.errors import UnusableInput
from peremena.server.account import Account

LONGEST_SOCKET_PATH = 107  # bytes: sockaddr_un.sun_path without its closing zero


def socket_folder(home: Path, socket_name: str) -> Path:
    """`home/run`, or a short folder of a name derived from `home` where that cannot hold a socket.

    Pure: the place is the same at every start, so that the address is known before anything runs.
    """
    own = home / "run"
    # libpq reads a comma in a host as a list of hosts, PostgreSQL a quote as its own syntax.
    if _fits(own / socket_name) and not set(str(own)) & set(',"'):
        return own
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"peremena-{digest}"
    if _fits(short / socket_name):
        return short
    raise UnusableInput(
        f"Путь к сокету базы длиннее {LONGEST_SOCKET_PATH} байт и в {home}, и в {short.parent}. "
        f"Укажите папку покороче: --data или TMPDIR"
    )


def make_private(folder: Path, account: Account) -> None:
    """Creates `folder` 0700 for `account`, or takes an existing one after proving that nobody prepared it for us.

    Raises UnusableInput when it is a link, a file, or belongs to somebody else.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()  # not stat: a link in a shared folder may lead anywhere
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
            raise UnusableInput(
                f"{folder} принадлежит не нам, а нужна для сокета базы. Удалите её или укажите другую папку: --data"
            ) from None
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _fits(socket: Path) -> bool:
    return len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH
