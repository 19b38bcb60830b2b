"""Conversations of two. A dialog is a chat whose number, for each of the two, says who the other is."""

from __future__ import annotations

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.messenger.rooms import membership_of
from vk_sandbox.messenger.visible import CHAT_PEER, is_chat
from vk_sandbox.models import Account, AccountKind, Chat, Membership, Message


def addressed(account: int, peer: int, now: int) -> Membership:
    """The caller's side of the conversation with `peer`, begun if it is a dialog there was not; ApiError if he may not."""
    if is_chat(peer):
        return membership_of(account, peer - CHAT_PEER)
    other = Account.objects.filter(id=peer).first()
    if other is None:
        raise ApiError(Code.NO_CONTACT)
    mine = Membership.objects.filter(account=account, local_id=peer - CHAT_PEER).select_related("chat").first()
    if account < 0 and not other.member and not (mine and _has_spoken(mine.chat, peer)):
        raise ApiError(Code.NO_PERMISSION_TO_WRITE)
    if other.closed and other.kind != AccountKind.COMMUNITY:
        raise ApiError(Code.PRIVACY_OF_MESSAGES)
    return mine or _begin(account, peer, now)


def _has_spoken(dialog: Chat, account: int) -> bool:
    return Message.objects.filter(chat=dialog, author=account).exists()


def _begin(account: int, peer: int, now: int) -> Membership:
    dialog = Chat.objects.create(dialog=True, owner_id=account, created=now)
    sides = {account: peer, peer: account}  # one side when a person writes to himself
    Membership.objects.bulk_create(
        Membership(chat=dialog, account_id=one, local_id=other - CHAT_PEER, invited_by=account, join_date=now)
        for one, other in sides.items()
    )
    return Membership.objects.select_related("chat").get(chat=dialog, account=account)
