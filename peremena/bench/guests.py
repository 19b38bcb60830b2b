"""People who were invited by a link and come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.utils import timezone

from peremena.bench.school import Settled
from peremena.bench.stack import Stack, until
from peremena.school.credentials import unseal
from peremena.school.models import Connection, Membership, Room
from peremena.sync.models import Listener

AT_ONCE = 4
NOTICED_WITHIN = 60.0  # seconds


def come_by_links(stack: Stack, settled: Settled) -> None:
    """Everybody follows all his invitations; returns when all of them have been noticed."""
    people = {account: settled.tokens[key] for key, account in settled.accounts.items()}
    links = {room.pk: unseal(bytes(room.invite_link)) for room in Room.objects.all()}
    invited = Membership.objects.filter(state=Membership.INVITED, member__in=people).values_list("room", "member")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        calls = [
            pool.submit(stack.standin.call, people[member], "messages.joinChatByInviteLink", link=links[room])
            for room, member in invited
        ]
        for call in calls:
            call.result()
    until(lambda: all_is_quiet() and not Membership.objects.filter(state=Membership.INVITED).exists(), NOTICED_WITHIN)


def all_is_quiet() -> bool:
    """Whether every connection is being listened to, and every room has been looked after."""
    listening = Listener.objects.exclude(position="").count() == Connection.objects.count()
    return listening and not Room.objects.filter(due_at__lte=timezone.now()).exists()
