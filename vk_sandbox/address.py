"""Where the stand-in listens: on this machine only."""

from __future__ import annotations

import errno
import ipaddress
import socket

from vk_sandbox.state import CannotStart


def listener_on(host: str, port: int) -> socket.socket:
    """A socket bound to a loopback address; CannotStart says why there is none. Nobody is listened to before he is served:
    requests that wait meanwhile would seem to arrive all at once."""
    name = "127.0.0.1" if host == "localhost" else host
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        raise CannotStart(f"{host}: нужен адрес этой машины, например 127.0.0.1") from None
    if not address.is_loopback:
        raise CannotStart(f"{host}: стенд слушает только саму эту машину (127.0.0.1 или ::1)")
    listener = socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((name, port))
    except (OSError, OverflowError) as error:
        listener.close()
        busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise CannotStart(f"порт {port} {'занят' if busy else f'недоступен: {error}'}") from None
    return listener


class Listeners:
    """The listening sockets, of plain http and, where it is wanted, of https."""

    def __init__(self, host: str, port: int, secure_port: int | None) -> None:
        self.plain = listener_on(host, port)
        self.secure = None if secure_port is None else listener_on(host, secure_port)
        self._host, self._port = self.plain.getsockname()[:2]
        self._secure_port: int | None = None if self.secure is None else self.secure.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://{self._shown_host}:{self._port}"

    @property
    def secure_url(self) -> str:
        return f"https://{self._shown_host}:{self._secure_port}"

    @property
    def _shown_host(self) -> str:
        return f"[{self._host}]" if ":" in self._host else str(self._host)

    def again(self) -> Listeners:
        """The same after these were closed."""
        return Listeners(self._host, self._port, self._secure_port)
