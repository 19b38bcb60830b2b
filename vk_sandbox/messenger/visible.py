"""Which messages of a conversation an account can see, and which of them are new to it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from vk_sandbox.database import by_id
from vk_sandbox.models import Hidden, Membership, Message

CHAT_PEER = 2_000_000_000


def is_chat(peer: int) -> bool:
    return peer > CHAT_PEER


def visible(mine: Membership) -> QuerySet[Message]:
    """In no order. Needs nothing loaded."""
    hidden = Hidden.objects.filter(message=OuterRef("pk"), account=mine.account_id)
    seen = Message.objects.filter(~Exists(hidden), chat=mine.chat_id, id__gt=mine.seen_from, deleted=False)
    return seen if mine.seen_to is None else seen.filter(id__lte=mine.seen_to)


def visible_to(account: int) -> QuerySet[Message]:
    """What `visible` is of one conversation, of all that the account has."""
    hidden = Hidden.objects.filter(message=OuterRef("pk"), account=account)
    return Message.objects.filter(
        ~Exists(hidden),
        Q(chat__membership__seen_to=None) | Q(id__lte=F("chat__membership__seen_to")),
        chat__membership__account=account,
        id__gt=F("chat__membership__seen_from"),
        deleted=False,
    )


def conversations(account: int) -> QuerySet[Membership]:
    """The account's, the last spoken in first, also those it is out of; where it sees nothing more is none of them."""
    mine = Membership.objects.filter(account=account).select_related("chat")
    ordered = mine.annotate(last=Coalesce("seen_to", "chat__last_message")).order_by("-last")
    # Only where the last message is hidden it has to be looked whether there is another one.
    hidden = Hidden.objects.filter(message=OuterRef("last"), account=account)
    others = Message.objects.filter(
        ~Exists(Hidden.objects.filter(message=OuterRef("pk"), account=account)),
        chat=OuterRef("chat"),
        id__gt=OuterRef("seen_from"),
        id__lte=OuterRef("last"),
        deleted=False,
    )
    seen: QuerySet[Membership] = ordered.filter(~Exists(hidden) | Exists(others), last__gt=F("seen_from"))
    return seen


def last_seen(account: int, memberships: Sequence[Membership]) -> dict[int, Message]:
    """By membership: the last message that this account, whose they are, can see. Needs the chats loaded."""
    last = {mine.id: mine.seen_to or mine.chat.last_message for mine in memberships}
    messages = by_id(Message, last.values())
    hidden = Hidden.objects.filter(account=account, message__in=messages).values_list("message", flat=True)
    if gone := set(hidden):
        sides = {mine.chat_id: mine.id for mine in memberships if last[mine.id] in gone}
        others = visible_to(account).filter(chat__in=sides).order_by().values_list("chat").annotate(newest=Max("id"))
        newest = {sides[chat]: number for chat, number in others}
        last |= newest
        messages |= by_id(Message, newest.values())
    return {membership: messages[number] for membership, number in last.items()}


def unread() -> Coalesce:
    """For `annotate` of memberships: how many messages of others the account has not read; service messages aside."""
    new = Message.objects.filter(
        ~Exists(Hidden.objects.filter(message=OuterRef("pk"), account=OuterRef(OuterRef("account")))),
        Q(id__gt=OuterRef("read_to")) & Q(id__gt=OuterRef("seen_from")),
        ~Q(author=OuterRef("account")),
        chat=OuterRef("chat"),
        action="",
        deleted=False,
    )
    return Coalesce(
        Subquery(new.order_by().values("chat").annotate(n=Count("id")).values("n")), 0, output_field=IntegerField()
    )
