"""Links by which people come in by themselves."""

from __future__ import annotations

from vk_sandbox.api.errors import ApiError, Code
from vk_sandbox.messenger.rooms import announce, come_back, enter
from vk_sandbox.models import Chat, Membership, State


def behind(link: str) -> Chat | None:
    """The chat a link leads to, whatever host it names."""
    return Chat.objects.filter(invite=link.rstrip("/").rpartition("/")[2]).exclude(invite="").first()


def join(chat: Chat, account: int, now: int) -> Membership:
    """Comes in, or is in already; ApiError 917 for one who was removed."""
    mine = Membership.objects.filter(chat=chat, account=account).first()
    if mine is not None and mine.state == State.KICKED:
        raise ApiError(Code.NO_ACCESS_TO_CHAT)
    if mine is None:
        enter(chat, [account], invited_by=account, now=now, seen_from=chat.last_message)
    elif mine.state == State.LEFT:
        come_back(chat, account, invited_by=account, now=now)
    if mine is None or mine.state == State.LEFT:
        announce(chat, account, now, "chat_invite_user_by_link", member=account)
    return Membership.objects.get(chat=chat, account=account)
