"""Django of the stand-in, made ready."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import django
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.urls import get_resolver
from django.utils.module_loading import import_string

from vk_sandbox.address import Listeners
from vk_sandbox.state import CannotStart


def serve(listeners: Listeners, folder: Path, pace: int | None, certificates: Path | None) -> None:
    """Serves until SIGTERM or SIGINT."""
    configure(folder, pace)
    _prepare(folder)
    sys.setswitchinterval(0.001)  # seconds; the loop notes arrivals, a busy database thread must not hold it up
    token = (folder / "control-token").read_text(encoding="ascii")
    said = f"vk_sandbox: учебный стенд, не VK: {listeners.url} control-token={token}\n"
    context = None
    if listeners.secure is not None:
        context, authority = import_string("vk_sandbox.tls.certified")(certificates or folder / "tls")
        said += f"vk_sandbox: https: {listeners.secure_url} ca={authority}\n"
    import_string("vk_sandbox.serving.run")(listeners, context, said)


def configure(folder: Path, pace: int | None) -> None:
    """Makes this process the stand-in's Django, whatever settings the environment names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "vk_sandbox.settings"
    os.environ["VK_SANDBOX_STATE"] = str(folder)
    os.environ["VK_SANDBOX_PACE"] = str(pace or "")
    django.setup()
    logging.getLogger("django").setLevel(logging.ERROR)  # a refusal is an answer, not news
    logging.getLogger("django.security").setLevel(logging.CRITICAL)  # a foreign Host is refused as well


def _prepare(folder: Path) -> None:
    try:
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise CannotStart(f"папка {folder}: база не открывается: {error}") from None
    import_string("vk_sandbox.statistics.STATISTICS").load()
    # Else the first request would load everything that answers, and those behind it would seem to arrive all at once.
    for addresses in (None, *sorted(set(import_string("vk_sandbox.hosts.routing.URLS").values()))):
        get_resolver(addresses).url_patterns  # noqa: B018 - loaded by being asked for
    connection.close()  # the database thread has its own
