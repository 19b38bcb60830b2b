"""Django and uvicorn of the stand-in."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
from pathlib import Path

import django
import uvicorn
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from vk_sandbox.address import url_of
from vk_sandbox.messenger.waiting import WAITING
from vk_sandbox.state import CannotStart


def serve(listener: socket.socket, folder: Path, pace: int | None) -> None:
    """Serves until SIGTERM or SIGINT."""
    configure(folder, pace)
    _prepare(folder)
    sys.setswitchinterval(0.001)  # seconds; the loop notes arrivals, a busy database thread must not hold it up
    # uvicorn sends the signal it was stopped by once more to whoever handled it before: nobody has to die of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    config = uvicorn.Config(
        import_string("vk_sandbox.asgi.application"),
        http=import_string("vk_sandbox.faults.requests.Droppable"),
        log_level="error",
        access_log=False,  # addresses of requests may carry tokens
        server_header=False,
        lifespan="off",
        timeout_keep_alive=75,  # a client that calls now and then must not meet a connection being closed
        timeout_graceful_shutdown=2,
    )
    token = (folder / "control-token").read_text(encoding="ascii")
    Announced(config, f"{url_of(listener)} control-token={token}").run(sockets=[listener])


def configure(folder: Path, pace: int | None) -> None:
    """Makes this process the stand-in's Django, whatever settings the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "vk_sandbox.settings"
    os.environ["VK_SANDBOX_STATE"] = str(folder)
    os.environ["VK_SANDBOX_PACE"] = str(pace or "")
    django.setup()
    logging.getLogger("django").setLevel(logging.ERROR)  # a refusal is an answer, not news


def _prepare(folder: Path) -> None:
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise CannotStart(f"папка {folder}: база не открывается: {error}") from None
    import_string("vk_sandbox.statistics.STATISTICS").load()
    connection.close()  # the database thread has its own


class Announced(uvicorn.Server):
    """Says where it listens as soon as it does; lets no waiting poll hold it up when it stops."""

    def __init__(self, config: uvicorn.Config, where: str) -> None:
        super().__init__(config)
        self.where = where

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"vk_sandbox: учебный стенд, не VK: {self.where}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        WAITING.close()
        await super().shutdown(sockets)
