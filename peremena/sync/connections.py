"""Which connection serves a school, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from django.conf import settings
from django.db import connections

from peremena.core.capabilities import Capabilities
from peremena.core.errors import UnusableInput
from peremena.jobs.limiter import take_place
from peremena.messengers.base import Credential, Events, Limiter, Messenger
from peremena.messengers.registry import connect, declared, listen
from peremena.school.credentials import unseal
from peremena.school.models import Connection, Organization
from peremena.wire.doorway import Sent
from peremena.wire.secret import Secret

# What every connection of a messenger has in common: where it lives.
ADDRESSES = {"vk": {"api_url": settings.VK_API_URL}}


def connection_of(organization: Organization) -> Connection | None:
    """The school's own connection, else the nearest one above it."""
    for each in organization.line:
        if found := Connection.objects.filter(organization=each).order_by("pk").first():
            return found
    return None


def ready(organization: Organization, connection: Connection | None) -> Connection:
    """The connection, if something can be done over it; else UnusableInput tells how to mend that."""
    if connection is None:
        raise UnusableInput(
            f"Школа «{organization.key}»: нет подключения к мессенджеру ни у неё, ни у организаций выше; "
            f"добавьте его: peremena connection add --school {organization.key}."
        )
    if connection.state != Connection.READY:
        raise UnusableInput(
            f"Подключение {connection.pk} остановлено: мессенджер не принял ключ доступа ({connection.problem}); "
            "замените ключ и проверьте: peremena connection check."
        )
    return connection


@contextmanager
def opened(connection: Connection) -> Iterator[Messenger]:
    """The messenger behind a connection, with the credential's shared pace. Other threads may speak to it as well."""
    limiter = _limiter(home=get_ident())
    messenger = connect(connection.messenger, _settings(connection), _credential(connection), limiter)
    try:
        yield messenger
    finally:
        messenger.close()


def events_of(connection: Connection) -> Events:
    """What happens in the rooms of a connection. Its calls take their places in the credential's shared pace."""
    settings_, credential = _settings(connection), _credential(connection)
    return listen(connection.messenger, settings_, credential, _limiter(home=None), connection.account)


def _limiter(home: int | None) -> Limiter:
    """All threads but `home` need the database for nothing else, and nobody clears up after them."""

    @contextmanager
    def cleared_up() -> Iterator[None]:
        try:
            yield
        finally:
            if get_ident() != home:
                connections.close_all()

    def limiter(key: str, per_second: float) -> Sent:
        with cleared_up():
            place = take_place(key, per_second)
        return cleared_up()(place.sent)

    return limiter


def capabilities(connection: Connection) -> Capabilities:
    """What can be done over a connection; nothing is sent to learn that."""
    return declared(connection.messenger, _settings(connection), connection.credential_kind)


def _credential(connection: Connection) -> Credential:
    return Credential(connection.credential_kind, Secret(unseal(bytes(connection.credential))))


def _settings(connection: Connection) -> dict[str, Any]:
    return {**ADDRESSES.get(connection.messenger, {}), **connection.options}
