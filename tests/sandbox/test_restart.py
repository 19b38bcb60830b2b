"""The fault `restart`: the process ends its connections, forgets what is in memory, and is there again."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.sandbox.names import names_of
from tests.sandbox.process import Sandbox, running

CREATE = "messages.createChat"


def order(sandbox: Sandbox, **fault: Any) -> None:
    assert sandbox.control("faults", {"faults": [{"kind": "restart", "times": 1, **fault}]}).status_code == 200


def struck(sandbox: Sandbox, token: str) -> None:
    with pytest.raises(httpx2.TransportError):
        sandbox.http.post(f"/method/{CREATE}", data={"access_token": token, "v": "5.199", "title": "9А"})


def again(sandbox: Sandbox) -> dict[str, Any]:
    """The figures, as soon as somebody tells them."""
    for _ in range(1000):
        try:
            return sandbox.stats()
        except httpx2.TransportError:
            time.sleep(0.01)
    raise AssertionError("the stand-in did not come back")


def test_what_was_asked_is_done_and_what_was_answered_remains(tmp_path: Path) -> None:
    with running("--state", str(tmp_path), "--pace", "1") as sandbox:
        [person] = sandbox.people(1)
        before = sandbox.response("messages.getLongPollServer", person.token)
        order(sandbox, method=CREATE)
        assert sandbox.error("users.get", person.token)[0] == 6
        time.sleep(1)  # the pace is that of a clock which nobody can turn
        began = time.monotonic()
        struck(sandbox, person.token)
        shown = again(sandbox)
        assert time.monotonic() - began < 5
        assert (shown["chats"], shown["requests"][CREATE], sandbox.process.poll()) == (1, 1, None)
        # The pace is forgotten, the keys of long polls are, the fault has struck and is counted.
        after = sandbox.response("messages.getLongPollServer", person.token)
        assert (after["ts"], after["key"] != before["key"]) == (before["ts"] + 1, True)
        asked = {"act": "a_check", "key": before["key"], "ts": before["ts"], "wait": 0}
        assert sandbox.http.get(f"http://{before['server']}", params=asked).json() == {"failed": 2}
        told = sandbox.control("faults", {"faults": []}).json()["before"]
        assert told == [{"kind": "restart", "method": CREATE, "struck": 1}]


def test_every_connection_ends_without_another_byte_and_both_ports_come_back() -> None:
    with running("--tls-port", "0", "--pace", "1000000") as sandbox:
        names = names_of(sandbox)
        [person] = sandbox.people(1)
        poll = sandbox.response("messages.getLongPollServer", person.token)
        host, port = sandbox.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as waiting:
            waiting.settimeout(5)
            path = f"/longpoll/user?act=a_check&key={poll['key']}&ts={poll['ts']}&wait=60"
            waiting.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            sandbox.stats()
            for _ in range(3):
                order(sandbox, method=CREATE)
                struck(sandbox, person.token)
                again(sandbox)
            with suppress(ConnectionResetError):
                assert waiting.recv(1) == b""
        assert names.call("api.vk.ru", "users.get", person.token)[0]["id"] == person.id
        poll = sandbox.response("messages.getLongPollServer", person.token)
        asked = {"act": "a_check", "key": poll["key"], "ts": poll["ts"], "wait": 1}
        began = time.monotonic()
        assert sandbox.http.get(f"http://{poll['server']}", params=asked).json()["updates"] == []
        assert time.monotonic() - began >= 1
        sandbox.response("messages.send", person.token, chat_id=1, message="да", random_id=1)
        assert sandbox.http.get(f"http://{poll['server']}", params=asked).json()["updates"][0][0] == 4


def test_a_signal_stops_it_after_a_restart_as_before() -> None:
    with running("--pace", "1000000") as sandbox:
        [person] = sandbox.people(1)
        order(sandbox)
        struck(sandbox, person.token)
        again(sandbox)
        sandbox.process.send_signal(signal.SIGTERM)
        assert sandbox.process.wait(3) == 0


def test_a_signal_stops_it_while_it_restarts() -> None:
    with running("--pace", "1000000") as sandbox:
        [person] = sandbox.people(1)
        order(sandbox)
        struck(sandbox, person.token)
        sandbox.process.send_signal(signal.SIGTERM)
        assert sandbox.process.wait(3) == 0
