"""Adding and checking connections: a credential is accepted only when the messenger says who it is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import Unauthorized, UnusableInput
from peremena.messengers.base import Identity
from peremena.school.credentials import seal
from peremena.school.models import Connection, Organization
from peremena.sync.connections import opened
from peremena.sync.models import Run
from peremena.sync.runs import wake


def put(
    organization: Organization,
    *,
    messenger: str,
    kind: str,
    token: str,
    options: dict[str, Any],
    actor: Actor,
    strangers: str | None = None,
) -> Connection:
    """A new connection, or a new credential of the one that is there; `strangers` None = as before. MessengerError and
    UnusableInput before anything is written."""
    found = Connection.objects.filter(organization=organization, messenger=messenger).first()
    connection = found or Connection(organization=organization, messenger=messenger)
    connection.credential_kind, connection.credential, connection.options = kind, seal(token), options
    connection.strangers = strangers or connection.strangers
    with opened(connection) as there:
        who = there.identity()
    _ready(connection, who, actor=actor)
    return connection


def confirm(connection: Connection, *, actor: Actor) -> Identity:
    """Who the messenger says we are; a stopped connection goes on. Unauthorized stops one that worked."""
    try:
        with opened(connection) as there:
            who = there.identity()
    except Unauthorized as error:
        if connection.state == Connection.READY:
            connection.state, connection.problem = Connection.STOPPED, error.reason
            with act("connection.stop", actor=actor, connection=connection.pk):
                connection.save(update_fields=["state", "problem"])
        raise
    _ready(connection, who, actor=actor)
    return who


def _ready(connection: Connection, who: Identity, *, actor: Actor) -> None:
    if connection.account not in ("", who.account) and connection.rooms.exclude(external_id="").exists():
        # Ids of rooms mean something for their owner only: with another account we would work in somebody else's chats.
        raise UnusableInput(
            f"Подключение {connection.pk}: ключ принадлежит другому профилю ({who.account}), а чаты созданы профилем "
            f"{connection.account}; нужен ключ того же профиля."
        )
    connection.account, connection.state, connection.problem = who.account, Connection.READY, ""
    with act("connection.ready", actor=actor, organization=connection.organization_id):
        connection.save()
        # Whatever the runs were waiting for, a person has just looked after it.
        if Run.objects.filter(connection=connection, state__in=Run.OPEN).update(due_at=timezone.now()):
            wake(connection.pk)
