"""The address that leads a member straight into his chat. It is asked for when somebody wants to go there for the first time:
most chats are opened in the messenger itself."""

from __future__ import annotations

import logging

from peremena.audit.acts import Actor, act
from peremena.core.errors import MessengerError, Unauthorized
from peremena.jobs.queue import enqueue, is_waiting
from peremena.school.credentials import seal, unseal
from peremena.school.models import Connection, Room
from peremena.sync.connections import opened
from peremena.sync.stopping import stop_connection

FIND = "sync.find_link"
log = logging.getLogger(__name__)


def link_of(room: Room) -> str:
    """ "" = not known yet."""
    return unseal(bytes(room.invite_link)) if room.invite_link else ""


def ask_for_link(room: Room) -> None:
    """Have a worker find it: no page ever calls a messenger."""
    if not is_waiting(lock := f"link:{room.pk}"):
        enqueue(FIND, lock=lock, room=room.pk)


def find_link(room: int) -> None:
    """Whatever a messenger refuses here can wait: people find the chat in the messenger by its title."""
    usable = Room.objects.filter(pk=room, invite_link=b"", connection__state=Connection.READY).exclude(external_id="")
    if (found := usable.select_related("connection", "chat").first()) is None:
        return
    try:
        with opened(found.connection) as messenger:
            link = messenger.link(found.external_id)
    except Unauthorized as error:
        stop_connection(found.connection, error.reason)
        return
    except MessengerError as error:
        log.info("room %s: no link: %s", room, error.reason)
        return
    with act("room.link", actor=Actor.system("sync"), organization=found.chat.organization_id, chat=found.chat_id):
        Room.objects.filter(pk=room, invite_link=b"").update(invite_link=seal(link.reveal()))
