"""A page asks whether the messenger accepts a credential; a worker finds out, since no page ever calls a messenger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import MessengerError, Transient, UnusableInput
from peremena.jobs.queue import enqueue
from peremena.school.credentials import seal, unseal
from peremena.school.models import Connection, Organization
from peremena.sync.connecting import confirm, put
from peremena.sync.models import ConnectionCheck

CHECK = "sync.check_connection"
LONGEST = 500  # characters of what was said


def ask_to_check(connection: Connection, *, actor: Actor) -> ConnectionCheck:
    """Have the credential of a connection checked; if it stopped and the messenger accepts it again, it goes on."""
    return _asked(connection.organization, actor, messenger=connection.messenger)


def ask_to_put(
    organization: Organization,
    *,
    messenger: str,
    kind: str,
    token: str,
    options: Mapping[str, Any],
    strangers: str,
    actor: Actor,
) -> ConnectionCheck:
    """Have a new credential checked and, once it is accepted, put in place; until then everything stays as it is."""
    settings = {"credential_kind": kind, "credential": seal(token), "options": dict(options), "strangers": strangers}
    return _asked(organization, actor, messenger=messenger, **settings)


def _asked(organization: Organization, actor: Actor, *, messenger: str, **settings: Any) -> ConnectionCheck:
    """Whoever asks anew does not care about older questions any more."""
    with act("connection.ask", actor=actor, organization=organization.pk):
        older = ConnectionCheck.objects.filter(organization=organization, messenger=messenger)
        older.filter(state=ConnectionCheck.WAITING).update(
            state=ConnectionCheck.SUPERSEDED, credential=b"", finished_at=timezone.now()
        )
        check = ConnectionCheck.objects.create(
            organization=organization, messenger=messenger, actor=actor.name, **settings
        )
        enqueue(CHECK, check=check.pk)
    return check


def carry_out(check: int) -> None:
    """Ask the messenger and write down what it said; nothing where somebody has asked anew."""
    found = ConnectionCheck.objects.select_related("organization").filter(pk=check, state=ConnectionCheck.WAITING)
    if (asked := found.first()) is None:
        return
    try:
        account = _put(asked) if asked.credential else _confirm(asked)
    except UnusableInput as error:
        _finish(asked, ConnectionCheck.REFUSED, said=str(error)[:LONGEST])
    except Transient as error:
        _finish(asked, ConnectionCheck.FAILED, problem=error.reason)
    except MessengerError as error:
        _finish(asked, ConnectionCheck.REFUSED, problem=error.reason)
    else:
        _finish(asked, ConnectionCheck.ACCEPTED, account=account)


def _put(check: ConnectionCheck) -> str:
    made = put(
        check.organization,
        messenger=check.messenger,
        kind=check.credential_kind,
        token=unseal(bytes(check.credential)),
        options=check.options,
        strangers=check.strangers,
        actor=Actor(check.actor),
    )
    return made.account


def _confirm(check: ConnectionCheck) -> str:
    connection = Connection.objects.filter(organization=check.organization, messenger=check.messenger).first()
    if connection is None:
        raise UnusableInput(f"Организация «{check.organization.key}»: подключения больше нет, добавьте его.")
    return confirm(connection, actor=Actor(check.actor)).account


def _finish(check: ConnectionCheck, state: str, **said: str) -> None:
    with act("connection.checked", actor=Actor(check.actor), organization=check.organization_id):
        open_ones = ConnectionCheck.objects.filter(pk=check.pk, state=ConnectionCheck.WAITING)
        open_ones.update(state=state, credential=b"", finished_at=timezone.now(), **said)
