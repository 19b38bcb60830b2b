"""A busy port is noticed before anything starts."""

import socket

import pytest

from peremena.core.errors import UnusableInput
from peremena.server import ports


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_somebody_listens_on_is_named_with_the_flag_that_changes_it(address: str) -> None:
    with socket.create_server((address, 0)) as busy:
        port = busy.getsockname()[1]
        with pytest.raises(UnusableInput) as caught:
            ports.check_free(port, "--port")
        assert ports.is_open(port)
    assert str(caught.value) == f"Порт {port} занят другой программой. Укажите другой: --port ЧИСЛО"


def test_a_port_whose_server_has_just_stopped_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = socket.create_connection(("127.0.0.1", port))
        server.accept()[0].close()  # the server's side closes first: its end stays in TIME_WAIT
        client.close()
    ports.check_free(port, "--port")
    assert not ports.is_open(port)
