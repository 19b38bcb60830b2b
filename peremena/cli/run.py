from __future__ import annotations

import os
from pathlib import Path

import click

from peremena.cli.output import say
from peremena.cli.running import data_option, migrate, port_option, running
from peremena.server import tree
from peremena.server.data_folder import DataFolder, default_home
from peremena.server.ports import check_free


@click.command()
@port_option
@data_option
def run(port: int, data: Path | None) -> None:
    """Запустить всё нужное на одной машине: базу (если не задан DATABASE_URL), страницы и работника."""
    check_free(port, "--port")
    folder = DataFolder(data or default_home("main"))
    with running(folder, "main", port) as (supervisor, embedded):
        migrate()
        supervisor.start(tree.worker(folder, {}, sole=embedded), tree.web(folder, port, {}))
        supervisor.wait_for_port("web", port)
        say(f"Перемена работает: {os.environ['PEREMENA_PUBLIC_URL']} (остановить: Ctrl+C)")
        supervisor.serve()
