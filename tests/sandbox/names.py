"""A client that believes it speaks to VK: only its TCP connections are bent to this machine."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.sandbox.process import Sandbox

ANNOUNCED = re.compile(r"vk_sandbox: https: https://\S+:(?P<port>\d+) ca=(?P<ca>\S+)\n")


class _Bent(http.client.HTTPSConnection):
    def __init__(self, host: str, port: int, trusted: ssl.SSLContext) -> None:
        super().__init__(host, context=trusted, timeout=30)
        self._bent_to, self._trusted = port, trusted

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self._bent_to), timeout=30)
        self.sock = self._trusted.wrap_socket(plain, server_hostname=self.host)


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: bytes
    location: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Names:
    """VK's names, all of them on this port of this machine."""

    port: int
    authority: Path

    def ask(self, url: str, form: dict[str, Any] | None = None, **headers: str) -> Answer:
        """GET, or with a form POST."""
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask(url, None if form is None else urlencode(form).encode(), headers)

    def upload(self, url: str, name: str, content: bytes) -> Any:
        """Sends a file to an upload address."""
        head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        return self._ask(
            url, head + content + b"\r\n--x--\r\n", {"Content-Type": "multipart/form-data; boundary=x"}
        ).json

    def _ask(self, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        where = urlsplit(url)
        assert (where.scheme, where.port) == ("https", None)
        connection = _Bent(where.hostname or "", self.port, ssl.create_default_context(cafile=self.authority))
        try:
            path = f"{where.path or '/'}?{where.query}"
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            set_there = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie", [])))
            cookies = {name: morsel.value for name, morsel in set_there.items()}
            kind, location = (answer.headers.get(name, "") for name in ("Content-Type", "Location"))
            return Answer(answer.status, kind, answer.read(), location, cookies)
        finally:
            connection.close()

    def call(self, host: str, method: str, token: str, v: str = "5.199", **parameters: Any) -> Any:
        """The response of one call."""
        answer = self.ask(f"https://{host}/method/{method}?v={v}", {"access_token": token, **parameters})
        assert (answer.status, answer.kind) == (200, "application/json"), answer.text
        assert "response" in answer.json, answer.text
        return answer.json["response"]


def names_of(sandbox: Sandbox) -> Names:
    """Of a stand-in that was started with --tls-port."""
    assert sandbox.process.stdout is not None
    announced = ANNOUNCED.fullmatch(sandbox.process.stdout.readline())
    assert announced is not None
    return Names(int(announced["port"]), Path(announced["ca"]))
