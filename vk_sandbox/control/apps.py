"""Applications that may send people to VK ID: what an order says of them, and their registration."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vk_sandbox.control.mistake import BadOrder
from vk_sandbox.models import App

KNOWN = {"client_id", "client_secret", "name", "redirect_uris"}
CLIENT_ID = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
# It stands in a header of our pages: nothing may end the source it names there.
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Registered:
    """`fields` are the application's columns that were given; what was not given stays as it is."""

    client_id: str
    fields: dict[str, Any]


def read(number: int, given: Any) -> Registered:
    where = f"apps[{number}]"
    if not isinstance(given, dict) or given.keys() - KNOWN:
        raise BadOrder(f"{where}: ожидается объект с полями {', '.join(sorted(KNOWN))}")
    client_id = given.get("client_id")
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise BadOrder(f"{where}: client_id — строка из цифр")
    texts = {column: given[name] for name, column in (("name", "name"), ("client_secret", "secret")) if name in given}
    if not all(isinstance(text, str) and len(text) <= 200 for text in texts.values()):
        raise BadOrder(f"{where}: name и client_secret — строки до 200 знаков")
    redirects = given.get("redirect_uris")
    if not isinstance(redirects, list) or not redirects or not all(map(_is_address, redirects)):
        raise BadOrder(f"{where}: redirect_uris — список полных адресов http или https без решётки")
    return Registered(client_id, texts | {"redirect_uris": redirects})


def register(order: list[Registered]) -> list[dict[str, Any]]:
    """The applications as they are now, in the order asked; their secrets are not told."""
    for asked in order:
        name = {"name": f"Приложение {asked.client_id}"} | asked.fields
        App.objects.update_or_create(client_id=asked.client_id, defaults=asked.fields, create_defaults=name)
    known = App.objects.in_bulk([asked.client_id for asked in order])
    apps = [known[asked.client_id] for asked in order]
    return [{"client_id": app.client_id, "name": app.name, "redirect_uris": app.redirect_uris} for app in apps]


def origin_of(address: str) -> str:
    """http://127.0.0.1:8000 of http://127.0.0.1:8000/vk/callback."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 2000 or "#" in value or not value.isprintable() or " " in value:
        return False
    try:
        return ORIGIN.fullmatch(origin_of(value)) is not None
    except ValueError:
        return False
