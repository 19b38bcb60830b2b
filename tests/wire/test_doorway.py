"""Against a real socket that misbehaves: what a Wire makes of it."""

import gzip
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import parse_qs

import httpx2
import pytest
import stamina

from peremena.wire.doorway import Bounds, Wire, WireError, at_once
from peremena.wire.secret import Secret
from tests.wire.places import told

TOKEN = "vk1.a.not-a-real-token"
FORM = {"code": "return [];", "access_token": Secret(TOKEN)}
QUICK = Bounds(connect=0.5, read=0.1, total=0.2, size=1000)


class Peer:
    """A server that reads a request, answers the same bytes to each, and hangs up."""

    def __init__(self, answer: bytes) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._over.is_set():
                    return
                self.requests.append(_read_request(connection))
                if self._answer == b"(silence)":
                    self._over.wait()
                connection.sendall(self._answer)

    def close(self) -> None:
        self._over.set()
        socket.create_connection(self._listener.getsockname()).close()
        self._thread.join()
        self._listener.close()


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def http(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def wire_to(answer: bytes, bounds: Bounds = QUICK) -> Iterator[tuple[Wire, Peer]]:
    peer = Peer(answer)
    wire = Wire(peer.url, at_once, bounds=bounds)
    yield wire, peer
    wire.close()
    peer.close()


def trouble(answer: bytes) -> tuple[str, bool]:
    with wire_to(answer) as (wire, _), pytest.raises(WireError) as caught:
        wire.post("/method/execute", FORM)
    return caught.value.reason, caught.value.lost


def test_a_form_goes_out_and_json_comes_back():
    with wire_to(http(b'{"response": [1]}')) as (wire, peer):
        assert wire.post("/method/execute", FORM) == {"response": [1]}
    head, _, body = peer.requests[0].partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /method/execute HTTP/1.1"
    assert parse_qs(body.decode()) == {"code": ["return [];"], "access_token": [TOKEN]}


def test_a_compressed_answer_is_read():
    body = gzip.compress(b'{"response": [1]}')
    with wire_to(http(body, "200 OK", "Content-Encoding: gzip")) as (wire, _):
        assert wire.post("/", FORM) == {"response": [1]}


@pytest.mark.parametrize(
    ("answer", "reason", "lost"),
    [
        (b"", "cut_off", True),
        (b"HTTP/1.1 200", "cut_off", True),
        (http(b'{"resp', length=500), "cut_off", True),
        (http(b"not gzip", "200 OK", "Content-Encoding: gzip"), "cut_off", True),
        (b"(silence)", "timeout", True),
        (http(b"<html>"), "not_json", True),
        (http(b""), "not_json", True),
        (http(b"[" * 900), "not_json", True),
        (http(b"1" * 1001), "too_large", True),
        (http(gzip.compress(b"1" * 100_000), "200 OK", "Content-Encoding: gzip"), "too_large", True),
        (http(b"{}", "502 Bad Gateway"), "http_502", True),
        (http(b"{}", "404 Not Found"), "http_404", False),
        (http(b"", "302 Found", "Location: http://elsewhere.invalid/"), "http_302", False),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_an_answer_that_cannot_be_used_says_whether_it_may_have_had_effect(answer, reason, lost):
    assert trouble(answer) == (reason, lost)


@pytest.mark.parametrize("answer", [b"(silence)", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_a_request_ends_within_the_declared_patience(answer):
    with wire_to(answer) as (wire, _):
        began = time.monotonic()
        with pytest.raises(WireError):
            wire.post("/", FORM)
        assert time.monotonic() - began < wire.patience == 2 * (2 * 0.5 + 0.5) + 0.2 + 0.1


def test_an_answer_that_only_trickles_is_cut_at_the_total_time():
    class Drip(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    endless = Bounds(total=0.05, size=1 << 60)
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=Drip()))
    with pytest.raises(WireError) as caught:
        Wire("http://vk.invalid", at_once, bounds=endless, transport=transport).post("/", FORM)
    assert (caught.value.reason, caught.value.lost) == ("timeout", True)


def test_a_refused_connection_surely_had_no_effect_and_takes_a_place_for_each_of_three_attempts():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    places: list[object] = []
    with stamina.set_testing(True, attempts=3), pytest.raises(WireError) as caught:
        Wire(f"http://127.0.0.1:{port}", told(places, sent=["out"])).post("/", FORM)
    assert (caught.value.reason, caught.value.lost, places) == ("unreachable", False, ["place"] * 3)


def test_a_server_that_was_just_starting_is_reached_by_the_second_attempt():
    answers = [httpx2.ConnectError("refused"), httpx2.Response(200, json="here")]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if isinstance(given := answers.pop(0), httpx2.ConnectError):
            raise given
        return given

    with stamina.set_testing(True, attempts=3):
        wire = Wire("http://vk.invalid", at_once, transport=httpx2.MockTransport(answer))
        assert wire.post("/", FORM) == "here"


def test_only_a_refused_connection_is_tried_again():
    with wire_to(http(b"{}", "503 Service Unavailable")) as (wire, peer), pytest.raises(WireError):
        wire.post("/", FORM)
    assert len(peer.requests) == 1


def test_a_request_waits_for_its_place():
    sent: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append("request")
        return httpx2.Response(200, json=1)

    wire = Wire("http://vk.invalid", told(sent, sent=["out"]), transport=httpx2.MockTransport(answer))
    wire.post("/", FORM)
    wire.post("/", FORM)
    assert sent == ["place", "request", "place", "request"]


def test_when_the_request_is_out_is_told_before_any_answer_comes():
    seen: list[object] = []
    with wire_to(b"(silence)") as (_, peer):
        wire = Wire(peer.url, told(seen, sent=["out"]), bounds=QUICK)
        with pytest.raises(WireError, match="ReadTimeout"):
            wire.post("/", FORM)
        wire.close()
    assert seen == ["place", "out"]


def test_threads_share_a_wire_and_each_gets_its_own_answer():
    def echo(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=parse_qs(request.content.decode())["n"])

    wire = Wire("http://vk.invalid", at_once, transport=httpx2.MockTransport(echo))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: wire.post("/", {"n": str(n)}), range(200)))
    assert answers == [[str(n)] for n in range(200)]


@pytest.mark.parametrize(
    ("date", "offset"),
    [("Thu, 01 Jan 1970 00:20:00 GMT", 200.0), ("yesterday", None), ("", None)],
    ids=["a date", "not a date", "none"],
)
def test_the_servers_clock_is_heard_from_its_date(date, offset):
    transport = httpx2.MockTransport(
        lambda request: httpx2.Response(200, json=1, headers={"Date": date} if date else {})
    )
    wire = Wire("http://vk.invalid", at_once, transport=transport, clock=lambda: 1000.0)
    assert wire.clock_offset is None
    wire.post("/", FORM)
    assert wire.clock_offset == offset


@pytest.mark.parametrize("answer", [b"", http(b"<html>"), http(b"{}", "500 Oops"), http(b'{"response": 1}')])
def test_neither_logs_nor_tracebacks_tell_the_token(answer, caplog):
    caplog.set_level(logging.DEBUG)
    told = ""
    with wire_to(answer) as (wire, peer):
        try:
            wire.post("/", FORM)
        except WireError as error:
            told = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
            assert (error.__cause__, error.__suppress_context__) in {(None, True), (None, False)}
    assert TOKEN.encode() in peer.requests[0]  # it was there to be told
    assert TOKEN not in told + caplog.text
