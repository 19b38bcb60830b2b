"""A roster has changed: the chats there are follow at once. New ones wait for whoever approves a plan."""

from __future__ import annotations

import logging

from django.utils import timezone

from peremena.audit.acts import Actor
from peremena.core.errors import UnusableInput
from peremena.school.models import Organization, Room
from peremena.sync.changing import change
from peremena.sync.mending import wake_mending

ROSTER = Actor.system("roster")
log = logging.getLogger(__name__)


def follow_roster(organization: Organization) -> None:
    """Bring the figures of all chats up to date, and all rooms to what they should be now; those that have something on its way
    are looked at again when it has come."""
    rooms = Room.objects.filter(chat__organization=organization, chat__archived_at=None).exclude(external_id="")
    try:
        busy = change(organization, set(rooms.values_list("chat", flat=True)), actor=ROSTER)
    except UnusableInput as error:  # no connection, or chats switched off: whoever mends that updates the chats then
        log.info("organization %s: its chats do not follow the roster: %s", organization.pk, error)
        return
    waiting = rooms.filter(chat__in=busy)
    connections = set(waiting.values_list("connection", flat=True))
    waiting.update(due_at=timezone.now())
    for connection in connections:
        wake_mending(connection)
