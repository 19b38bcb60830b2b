from __future__ import annotations

import signal

import click
import uvicorn

from peremena.cli.installation import NOT_FOR_SERVING, setup
from peremena.core.errors import UnusableInput
from peremena.server.ports import check_free


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="адрес, на котором слушать")
@click.option("--port", default=8000, show_default=True, help="порт")
def web(host: str, port: int) -> None:
    """Обслуживать страницы."""
    check_free(port, "--port")
    setup()
    from django.conf import settings

    if settings.SECRET_KEY == NOT_FOR_SERVING:
        raise UnusableInput("PEREMENA_SECRET_KEY не задан: с ключом, который знают все, вход мог бы подделать любой.")
    # uvicorn sends the signal it was stopped by once more to whoever handled it before: nobody has to die of it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    uvicorn.run(
        "peremena.asgi:application",
        host=host,
        port=port,
        lifespan="off",
        access_log=False,  # addresses of requests tell who looks at whom
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=3,
    )
