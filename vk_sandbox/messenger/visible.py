"""Which messages of a conversation an account can see, and which of them are new to it."""

from __future__ import annotations

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from vk_sandbox.models import Hidden, Membership, Message

CHAT_PEER = 2_000_000_000


def is_chat(peer: int) -> bool:
    return peer > CHAT_PEER


def visible(mine: Membership) -> QuerySet[Message]:
    """In no order. Needs nothing loaded."""
    hidden = Hidden.objects.filter(message=OuterRef("pk"), account=mine.account_id)
    seen = Message.objects.filter(~Exists(hidden), chat=mine.chat_id, id__gt=mine.seen_from, deleted=False)
    return seen if mine.seen_to is None else seen.filter(id__lte=mine.seen_to)


def conversations(account: int) -> QuerySet[Membership]:
    """The account's, the last spoken in first, also those it is out of; where it sees nothing more is none of them."""
    mine = Membership.objects.filter(account=account).select_related("chat")
    ordered = mine.annotate(last=Coalesce("seen_to", "chat__last_message")).order_by("-last")
    seen: QuerySet[Membership] = ordered.filter(last__gt=F("seen_from"))
    return seen


def unread() -> Coalesce:
    """For `annotate` of memberships: how many messages of others the account has not read; service messages aside."""
    new = Message.objects.filter(
        Q(id__gt=OuterRef("read_to")) & Q(id__gt=OuterRef("seen_from")),
        ~Q(author=OuterRef("account")),
        chat=OuterRef("chat"),
        action="",
        deleted=False,
    )
    return Coalesce(
        Subquery(new.order_by().values("chat").annotate(n=Count("id")).values("n")), 0, output_field=IntegerField()
    )
