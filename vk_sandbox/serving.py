"""The server of both ports."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import sys
import threading

import uvicorn
from django.utils.module_loading import import_string

from vk_sandbox.address import Listeners
from vk_sandbox.api.endpoint import PACE
from vk_sandbox.database import at_once
from vk_sandbox.faults.requests import Droppable, end_connections
from vk_sandbox.faults.restart import RESTART
from vk_sandbox.longpoll.keys import KEYS
from vk_sandbox.messenger.waiting import WAITING

GOODBYE = 0.2  # seconds; a client that keeps a connection for later answers no farewell


def run(listeners: Listeners, tls: ssl.SSLContext | None, announcement: str) -> None:
    """Until SIGTERM or SIGINT; the fault `restart` begins anew in between."""
    stopped = threading.Event()
    # uvicorn sends the signal it was stopped by once more to whoever handled it before: nobody has to die of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    config = uvicorn.Config(
        import_string("vk_sandbox.asgi.application"),
        http=Droppable,
        log_level="error",
        access_log=False,  # addresses of requests may carry tokens
        server_header=False,
        lifespan="off",
        timeout_keep_alive=75,  # a client that calls now and then must not meet a connection being closed
        timeout_graceful_shutdown=10,
    )
    while True:
        server = Server(config, listeners, tls, stopped, announcement)
        RESTART.now = server.restart
        server.run(sockets=[listeners.plain])
        if stopped.is_set() or not server.restarting:
            return
        at_once(_forget)
        listeners, announcement = listeners.again(), ""


def _forget() -> None:
    """What a client can notice of a process that died; the faults stay, they are not VK's."""
    KEYS.clear()
    PACE.clear()
    WAITING.open()


class Server(uvicorn.Server):
    """Says where it listens as soon as it does; lets no waiting poll hold it up when it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        listeners: Listeners,
        tls: ssl.SSLContext | None,
        stopped: threading.Event,
        announcement: str,
    ) -> None:
        super().__init__(config)
        self.listeners = listeners
        self.tls = tls
        self.stopped = stopped
        self.announcement = announcement
        self.restarting = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.listeners.secure is not None:
            made = asyncio.get_running_loop().create_server(
                self._connection,
                sock=self.listeners.secure,
                ssl=self.tls,
                backlog=self.config.backlog,
                ssl_shutdown_timeout=GOODBYE,
            )
            self.servers.append(await made)
        sys.stdout.write(self.announcement)
        sys.stdout.flush()
        self.should_exit |= self.stopped.is_set()  # by a signal that came while nobody listened

    def _connection(self) -> asyncio.Protocol:
        return Droppable(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)

    def restart(self) -> None:
        """As if the process had died: no connection gets another byte, and for a moment nobody listens."""
        for server in self.servers:
            server.close()
        end_connections()
        self.restarting = self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        WAITING.close()
        await super().shutdown(sockets)
