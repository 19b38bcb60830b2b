"""What a person changes outside of a sync; the chats follow within moments. Rows are locked as the lane's bookkeeping locks
them: steps, rooms, chats, runs."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.errors import UnusableInput
from peremena.core.operations import AddMember, ChatKind, InviteMember, SetRole
from peremena.core.titles import cleaned
from peremena.school.linking import choose
from peremena.school.linking import unlink as end_link
from peremena.school.models import Account, Chat, Membership, Person, Room, Seat
from peremena.school.places import chats_of
from peremena.sync.changing import SUPERSEDED
from peremena.sync.connections import connection_of
from peremena.sync.mending import wake_mending
from peremena.sync.models import Step
from peremena.sync.planning import prepare, titles_elsewhere
from peremena.sync.projection import renew_chat
from peremena.sync.tally import Tally

LONGEST_TITLE = 200  # characters


class Overtaken(UnusableInput):
    """Somebody else has given the chat another title meanwhile: `title`."""

    def __init__(self, title: str) -> None:
        super().__init__(f"За это время название изменили на «{title}».")
        self.title = title


def rename(chat: Chat, title: str, *, actor: Actor, before: str | None = None) -> None:
    """Give the chat a title of a person's own, which no sync changes. UnusableInput for one that no messenger takes or that
    another chat has; Overtaken where the title is not the one that was seen `before`."""
    title = cleaned(title)
    if not title or len(title) > LONGEST_TITLE:
        raise UnusableInput(f"Название чата: нужно от 1 до {LONGEST_TITLE} символов, а не {len(title)}.")
    with act("chat.rename", actor=actor, organization=chat.organization_id, chat=chat.pk):
        _look_after(Q(chat=chat))
        now = Chat.objects.select_for_update(no_key=True).get(pk=chat.pk)
        if before is not None and now.title not in (before, title):
            raise Overtaken(now.title)
        if title != now.title:
            _is_nobody_elses(chat, title)
        chat.title, chat.title_kept = title, True
        chat.save(update_fields=["title", "title_kept"])


def rename_by_rule(chat: Chat, *, actor: Actor) -> None:
    """Let the chat be called as the rules call it. UnusableInput where they do not."""
    with act("chat.rename_by_rule", actor=actor, organization=chat.organization_id, chat=chat.pk):
        _look_after(Q(chat=chat))
        chat.title_kept = False
        chat.save(update_fields=["title_kept"])
        title = prepare(chat.organization).plan.titles.get(chat.chat_key) if chat.kind != ChatKind.CUSTOM else None
        if title is None:
            raise UnusableInput("У этого чата нет названия по умолчанию: по спискам он не нужен или создан вручную.")
        chat.title = title
        chat.save(update_fields=["title"])


def _is_nobody_elses(chat: Chat, title: str) -> None:
    """Two chats of one title in a messenger are told apart by nobody."""
    others = Chat.objects.filter(organization=chat.organization_id, archived_at=None).exclude(pk=chat.pk)
    if others.filter(title__iexact=title).exists():
        raise UnusableInput(f"Чат «{title}» в этой школе уже есть. Выберите другое название, чтобы их не путали.")
    connection = connection_of(chat.organization)
    if connection and titles_elsewhere(chat.organization, connection, [title]):
        raise UnusableInput(f"Чат «{title}» уже есть в другой школе. Добавьте к названию, например, номер своей школы.")


def look_again(chat: Chat, *, actor: Actor) -> None:
    """Have the chat's room read and put right once more, after something did not work."""
    with act("chat.look_again", actor=actor, organization=chat.organization_id, chat=chat.pk):
        _look_after(Q(chat=chat))


def pin(
    chat: Chat, person: Person, *, actor: Actor, by: User | None = None, reason: str = "", until: date | None = None
) -> None:
    """Give the person a place in the chat whatever the roster says, until and including a day."""
    with act("seat.pin", actor=actor, organization=chat.organization_id, chat=chat.pk, person=person.pk):
        _decide(chat, person, Seat.PINNED, by=by, reason=reason, until=until)
        _ask_again(chat, person)
        _follow(chat)


def block(chat: Chat, person: Person, *, actor: Actor, by: User | None = None, reason: str = "") -> None:
    """Out of the chat, whatever the roster says and whoever let him in."""
    with act("seat.block", actor=actor, organization=chat.organization_id, chat=chat.pk, person=person.pk):
        _decide(chat, person, Seat.BLOCKED, by=by, reason=reason, until=None)
        dropped = _drop(_coming(_profiles(person)).filter(chat=chat))
        _follow(chat)
        dropped.write()


def undecide(chat: Chat, person: Person, *, layer: str, actor: Actor) -> bool:
    """Take a decision about the person back, so that the roster decides again. Whether there was one."""
    with act("seat.undecide", actor=actor, organization=chat.organization_id, chat=chat.pk, person=person.pk):
        found, _ = Seat.objects.filter(chat=chat, person=person, layer=layer).delete()
        if found:
            _follow(chat)
    return bool(found)


def unpin(chat: Chat, person: Person, *, actor: Actor) -> bool:
    return undecide(chat, person, layer=Seat.PINNED, actor=actor)


def unblock(chat: Chat, person: Person, *, actor: Actor) -> bool:
    return undecide(chat, person, layer=Seat.BLOCKED, actor=actor)


def invite_again(chat: Chat, person: Person, *, actor: Actor) -> bool:
    """Who left by himself, or was refused, is let in or invited once more. Whether there was anything to forget."""
    with act("member.invite_again", actor=actor, organization=chat.organization_id, chat=chat.pk, person=person.pk):
        forgotten = _ask_again(chat, person)
        if forgotten:
            _follow(chat)
    return forgotten


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
        there = Membership.objects.filter(member=account, room__connection__messenger=messenger)
        # On their way, or their answer was lost: they may have let him in.
        tried = Q(state=Step.SENT) | Q(state=Step.WAITING, attempts__gt=0)
        under_way = Step.objects.filter(tried, data__member=account, connection__messenger=messenger)
        doubtful = list(under_way.values_list("chat", flat=True))
        dropped = _drop(_coming([account]).filter(connection__messenger=messenger))
        _look_after(Q(pk__in=there.values("room")) | Q(chat__in=doubtful))
        dropped.write()
    return True


def _decide(chat: Chat, person: Person, layer: str, *, by: User | None, reason: str, until: date | None) -> None:
    """One decision about a person in a chat: a new one takes the place of the old."""
    what = {"layer": layer, "decided_by": by, "decided_at": timezone.now(), "reason": reason, "until": until}
    Seat.objects.update_or_create(chat=chat, person=person, defaults=what)


def _profiles(person: Person) -> list[str]:
    return list(Account.objects.filter(person=person, ended_at=None).values_list("external_id", flat=True))


def _ask_again(chat: Chat, person: Person) -> bool:
    over = (Membership.LEFT, Membership.REFUSED, Membership.REMOVED)
    gone = Membership.objects.filter(room__chat=chat, member__in=_profiles(person), state__in=over)
    return bool(gone.delete()[0])


def _coming(profiles: list[str]) -> QuerySet[Step]:
    """What would still let these profiles in, and has not been sent."""
    adding = (AddMember.name, InviteMember.name, SetRole.name)
    return Step.objects.filter(state=Step.WAITING, operation__in=adding, data__member__in=profiles)


def _drop(steps: QuerySet[Step]) -> Tally:
    tally = Tally()
    tally.close(steps, Step.DONE, SUPERSEDED, of=(Step.WAITING,))
    return tally


def _follow(chat: Chat) -> None:
    """The messenger within moments, the figures at once."""
    _look_after(Q(chat=chat))
    renew_chat(chat, connection_of(chat.organization))


def _look_after(which: Q) -> None:
    """A room that is only being made yet is looked after as soon as it is there."""
    rooms = Room.objects.filter(which)
    connections = set(rooms.exclude(external_id="").values_list("connection", flat=True))
    rooms.update(due_at=timezone.now())
    for connection in connections:
        wake_mending(connection)
