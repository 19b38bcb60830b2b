"""The ASGI application. Import it only after `server.configure`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.core.asgi import get_asgi_application
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries

# The connection lives in the database thread; these would be run in a new thread for every request, for nothing.
request_started.disconnect(close_old_connections)
request_started.disconnect(reset_queries)

_django = get_asgi_application()


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[Mapping[str, Any]]],
    send: Callable[[Mapping[str, Any]], Awaitable[None]],
) -> None:
    """Notes when the request arrived, on the monotonic clock: the pace is judged by it, however busy we are then."""
    scope["arrived"] = time.monotonic()
    # Not `_django(…)`: that starts a new thread for every request, only to close its answer in.
    await _django.handle(scope, receive, send)
