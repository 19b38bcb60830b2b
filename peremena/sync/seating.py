"""Memberships, as the messenger's answers change them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from django.db.models import F, Q

from peremena.school.models import Chat, Membership


def seat(memberships: Collection[Membership]) -> None:
    """What the messenger said about accounts in rooms, new or not; who comes in counts as inside his chat, once."""
    coming = {(each.room_id, each.member): each.room.chat_id for each in memberships if each.state == Membership.IN}
    for known in _inside(coming):
        coming.pop(known, None)
    Membership.objects.bulk_create(
        memberships,
        update_conflicts=True,
        unique_fields=["room", "member"],
        update_fields=["state", "ours", "admin", "reason"],
        batch_size=2000,
    )
    by_count: dict[int, list[int]] = defaultdict(list)
    for chat, count in Counter(coming.values()).items():
        by_count[count].append(chat)
    for count, chats in by_count.items():
        Chat.objects.filter(pk__in=chats).update(inside=F("inside") + count)


def _inside(pairs: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    rooms, members = {room for room, _ in pairs}, {member for _, member in pairs}
    known = Membership.objects.filter(room__in=rooms, member__in=members, state=Membership.IN)
    return known.values_list("room", "member")


def unseat(gone: Iterable[tuple[int, str]]) -> None:
    """Accounts that are in those rooms no more."""
    by_room: dict[int, list[str]] = defaultdict(list)
    for room, member in gone:
        by_room[room].append(member)
    if by_room:
        pairs = (Q(room=room, member__in=members) for room, members in by_room.items())
        Membership.objects.filter(Q(*pairs, _connector=Q.OR)).delete()
