"""Where the stand-in listens: on this machine only."""

from __future__ import annotations

import errno
import ipaddress
import socket

from vk_sandbox.state import CannotStart


def listener_on(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address; CannotStart says why there is none."""
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
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        raise CannotStart(f"порт {port} {'занят' if busy else f'недоступен: {error}'}") from None
    return listener


def url_of(listener: socket.socket) -> str:
    address, port = listener.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
