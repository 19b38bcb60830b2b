"""VK ID as our server meets it: a small server of the tests' own that answers what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "vk1.a.secret"
Answer = tuple[int, bytes]


def told(body: Any, status: int = 200) -> Answer:
    return status, json.dumps(body).encode()


@dataclass
class VkId:
    """`answers`: path → what is answered. `asked`: (path, form) of every request."""

    url: str = ""
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def usual(self, profile: str) -> None:
        tokens = {"access_token": TOKEN, "refresh_token": "r", "user_id": int(profile), "expires_in": 3600, "scope": ""}
        self.answers = {
            "/oauth2/auth": lambda: told(tokens),
            "/oauth2/user_info": lambda: told({"user": {"user_id": profile, "first_name": "Анна"}}),
            "/oauth2/revoke": lambda: told({"response": 1}),
        }

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def running() -> Iterator[VkId]:
    vk_id = VkId()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            vk_id.asked.append((self.path, {name: value for name, (value,) in form.items()}))
            status, body = vk_id.answers[self.path]()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        vk_id.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield vk_id
        finally:
            server.shutdown()
            thread.join()
