"""TCP ports of this machine."""

import errno
import socket

from peremena.core.errors import UnusableInput

_LOOPBACK = "127.0.0.1"


def check_free(port: int, flag: str) -> None:
    """Raises UnusableInput, naming the port and the command line's `flag`, when nobody could listen on `port`."""
    with socket.socket() as probe:
        # As the servers themselves do: connections of a server just stopped must not look like a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            why = "занят другой программой" if error.errno == errno.EADDRINUSE else "недоступен: нет прав"
            raise UnusableInput(f"Порт {port} {why}. Укажите другой: {flag} ЧИСЛО") from error


def is_open(port: int) -> bool:
    """Whether somebody listens on `port` of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_LOOPBACK, port)) == 0
