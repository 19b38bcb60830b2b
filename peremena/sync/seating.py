"""Memberships, as the messenger's answers change them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import connection

from peremena.school.models import Membership

# One statement for a request's hundreds of people: who is new inside is counted before it is written.
SEAT = """
with coming as (
    select * from unnest(%s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::boolean[], %s::text[])
        as c (room_id, member, state, ours, admin, reason)
), known as (
    select room_id, member from school_membership join coming using (room_id, member)
    where school_membership.state = 'in'
), written as (
    insert into school_membership (room_id, member, state, ours, admin, reason) select * from coming
    on conflict (room_id, member) do update
    -- an invitation tells nothing new about who has followed it already
    set state = case when excluded.state = 'invited' and school_membership.state = 'in' then 'in' else excluded.state end,
        ours = excluded.ours, admin = excluded.admin, reason = excluded.reason
), entered as (
    select school_room.chat_id, count(*) as people
    from coming join school_room on school_room.id = coming.room_id left join known using (room_id, member)
    where coming.state = 'in' and known.member is null group by school_room.chat_id
)
update school_chat set inside = inside + entered.people from entered where school_chat.id = entered.chat_id
"""

UNSEAT = """
with gone as (
    delete from school_membership using unnest(%s::bigint[], %s::text[]) as g (room_id, member)
    where school_membership.room_id = g.room_id and school_membership.member = g.member
    returning school_membership.room_id, school_membership.state
), fewer as (
    select school_room.chat_id, count(*) as people from gone join school_room on school_room.id = gone.room_id
    where gone.state = 'in' group by school_room.chat_id
)
update school_chat set excess = greatest(excess - fewer.people, 0) from fewer
where school_chat.id = fewer.chat_id and excess > 0
"""


def seat(memberships: Collection[Membership]) -> None:
    """What the messenger said about accounts in rooms, new or not; who comes in counts as inside his chat, once."""
    rows = [(each.room_id, each.member, each.state, each.ours, each.admin, each.reason) for each in memberships]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(SEAT, [list(column) for column in zip(*rows, strict=True)])


def unseat(gone: Iterable[tuple[int, str]]) -> None:
    """Accounts that are in those rooms no more; nobody counts them as too many there any longer."""
    if rows := list(gone):
        with connection.cursor() as cursor:
            cursor.execute(UNSEAT, [list(column) for column in zip(*rows, strict=True)])
