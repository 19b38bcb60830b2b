"""What `run` and `demo` share: a data folder of ours, its database running, and everybody told where it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click

from peremena.cli.installation import database_is_told, enter, wake_django
from peremena.core.errors import UnusableInput
from peremena.server.data_folder import DataFolder
from peremena.server.postgres import Server
from peremena.server.supervisor import Supervisor

data_option = click.option(
    "--data", envvar="PEREMENA_DATA", type=click.Path(path_type=Path), help="папка данных (она же PEREMENA_DATA)"
)
port_option = click.option("--port", default=8000, show_default=True, help="порт страниц")


class Running(NamedTuple):
    """`embedded` = the database is our own, so nobody but our children works with it."""

    supervisor: Supervisor
    embedded: bool


@contextmanager
def running(folder: DataFolder, kind: str, port: int, *, fresh: bool = False, **addresses: str) -> Iterator[Running]:
    """Claim the folder, start its database unless DATABASE_URL names one, and announce the addresses until the block ends."""
    embedded = not database_is_told()
    if not embedded:
        _refuse_own_keys()
    folder.claim(kind, embedded=embedded, fresh=fresh)
    try:
        database = Server(folder.database) if embedded else None
        web = f"http://127.0.0.1:{port}"
        told = {"web": web, "public_url": web, **addresses}
        told["database_url"] = database.url if database else os.environ.get("DATABASE_URL", "")
        enter(folder, told)
        with Supervisor(database) as supervisor:
            folder.running.write(**told)
            yield Running(supervisor, embedded)
    finally:
        folder.release()


def _refuse_own_keys() -> None:
    """Keys made in this machine's folder would be of no use to the other machines of a shared database."""
    names = ("PEREMENA_SECRET_KEY", "PEREMENA_SECRET_KEYS")
    if missing := [name for name in names if not (os.environ.get(name) or os.environ.get(f"{name}_FILE"))]:
        raise UnusableInput(
            f"С DATABASE_URL ключи задаются настройками, а {' и '.join(missing)} не заданы; "
            "новый ключ печатает «peremena doctor --new-key»."
        )


def migrate() -> None:
    """Bring the database up to this version, waking Django on the way."""
    wake_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
