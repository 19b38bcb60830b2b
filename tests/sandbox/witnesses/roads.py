"""How clients that know only VK's own addresses come to the stand-in: their TCP connections are bent, nothing else."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
import httpx2
import pytest
import urllib3.util.connection
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.sandbox.vkid.browser import Browser
from tests.sandbox.witnesses.stand import Stand

HERE = "127.0.0.1"


def lead_requests(monkeypatch: pytest.MonkeyPatch, stand: Stand) -> None:
    """Whatever is asked of any host with `requests`, by sessions the client makes itself too."""
    connect, here = urllib3.util.connection.create_connection, (HERE, stand.port)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stand.authority))
    monkeypatch.setattr(
        urllib3.util.connection, "create_connection", lambda address, *rest, **named: connect(here, *rest, **named)
    )


class _Bent(httpx2.HTTPTransport):
    """Of a browser: the name is asked for and certified, the connection ends here."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=stand.authority))
        self.port = stand.port

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        here = request.url.copy_with(host=HERE, port=self.port)
        extensions = request.extensions | {"sni_hostname": request.url.host}
        return super().handle_request(
            httpx2.Request(request.method, here, headers=request.headers, stream=request.stream, extensions=extensions)
        )


def browser(stand: Stand) -> Browser:
    """Somebody's own, at VK ID."""
    return Browser("https://id.vk.ru", httpx2.Client(timeout=30, transport=_Bent(stand)))


class _Here(AbstractResolver):
    def __init__(self, port: int) -> None:
        self.port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = {"hostname": host, "host": HERE, "port": self.port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [ResolveResult(**found)]

    async def close(self) -> None:
        pass


async def leading_session(stand: Stand) -> aiohttp.ClientSession:
    """For clients built on aiohttp."""
    trusted = ssl.create_default_context(cafile=stand.authority)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=_Here(stand.port), ssl=trusted))


def plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters for clients that do not write lists themselves."""
    return {name: ",".join(map(str, it)) if isinstance(it, list) else it for name, it in parameters.items()}
