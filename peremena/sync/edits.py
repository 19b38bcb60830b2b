"""What a person changes outside of a sync; the chats follow within moments."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import UnusableInput
from peremena.core.operations import AddMember, InviteMember, SetRole
from peremena.school.linking import choose
from peremena.school.linking import unlink as end_link
from peremena.school.models import Chat, Membership, Person, Room
from peremena.school.places import chats_of
from peremena.sync.changing import SUPERSEDED
from peremena.sync.mending import wake_mending
from peremena.sync.models import Step
from peremena.sync.tally import Tally

LONGEST_TITLE = 200  # characters


def rename(chat: Chat, title: str, *, actor: Actor) -> None:
    """Give the chat a title of a person's own, which no sync changes. UnusableInput for one that no messenger takes."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise UnusableInput(f"Название чата: нужно от 1 до {LONGEST_TITLE} символов, а не {len(title)}.")
    with act("chat.rename", actor=actor, organization=chat.organization_id, chat=chat.pk):
        chat.title, chat.title_kept = title, True
        chat.save(update_fields=["title", "title_kept"])
        _look_after(Q(chat=chat))


def link(person: Person, external_id: str, *, messenger: str, actor: Actor) -> bool:
    """Link the person with the profile he has chosen: into every chat where he has a place; False where it was so already.
    AlreadyLinked and ProfileTaken, with nothing changed."""
    with act("account.link", actor=actor, person=person.pk):
        if not choose(person.pk, external_id, messenger=messenger, actor=actor):
            return False
        _look_after(Q(chat__in=chats_of([person.pk]).values("pk"), connection__messenger=messenger))
    return True


def unlink(person: Person, *, messenger: str, actor: Actor) -> bool:
    """End the person's link: out of every chat, and into none that was meant for the profile. Whether there was one."""
    with act("account.unlink", actor=actor, person=person.pk):
        account = end_link(person.pk, messenger=messenger, actor=actor)
        if account is None:
            return False
        coming = Step.objects.filter(
            connection__messenger=messenger,
            state=Step.WAITING,
            operation__in=[AddMember.name, InviteMember.name, SetRole.name],
            data__member=account,
        )
        tally = Tally()
        tally.close(coming, Step.DONE, SUPERSEDED, of=(Step.WAITING,))
        tally.write()
        there = Membership.objects.filter(member=account, room__connection__messenger=messenger)
        under_way = Step.objects.filter(state=Step.SENT, data__member=account, connection__messenger=messenger)
        _look_after(Q(pk__in=there.values("room")) | Q(chat__in=under_way.values("chat")))
    return True


def _look_after(which: Q) -> None:
    """A room that is only being made yet is looked after as soon as it is there."""
    rooms = Room.objects.filter(which)
    rooms.update(due_at=timezone.now())
    connections = set(rooms.exclude(external_id="").values_list("connection", flat=True))
    for connection in connections:
        wake_mending(connection)
