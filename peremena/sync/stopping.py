"""A credential that the messenger refuses stops its connection, until a person has looked after it."""

from __future__ import annotations

import logging

from peremena.audit.acts import Actor, act
from peremena.school.models import Connection
from peremena.sync.models import Run
from peremena.sync.runs import wake

log = logging.getLogger(__name__)


def stop_connection(connection: Connection, reason: str) -> None:
    """Its runs wait for a person; unless the credential has been replaced since `connection` was loaded: then the next lane
    tries the new one. Whoever works over the connection ends either way."""
    connection.state, connection.problem = Connection.STOPPED, reason
    with act("connection.stop", actor=Actor.system("sync"), connection=connection.pk):
        stored = Connection.objects.select_for_update().get(pk=connection.pk)
        if bytes(stored.credential) != bytes(connection.credential):
            wake(connection.pk)
            return
        connection.save(update_fields=["state", "problem"])
        Run.objects.filter(connection=connection, state__in=Run.OPEN).update(state=Run.WAITING, problem=reason)
    log.error("connection %s: stopped, the messenger refuses its credential (%s)", connection.pk, reason)
