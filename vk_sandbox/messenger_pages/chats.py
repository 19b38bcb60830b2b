"""«Чаты»: those of one profile, the last spoken in first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from vk_sandbox.api.objects import peer_id, spoke
from vk_sandbox.database import by_id
from vk_sandbox.messenger.rooms import people_in
from vk_sandbox.messenger.visible import conversations, last_seen
from vk_sandbox.messenger_pages.showing import for_person, shown
from vk_sandbox.messenger_pages.wording import People, moment, number_of_people, outside, preview
from vk_sandbox.models import Account, Membership, Message

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    peer: int
    title: str
    said: str
    moment: str
    people: str


@for_person
def chats(request: HttpRequest, account: Account) -> HttpResponse:
    page = Paginator(conversations(account.id), ROWS).get_page(request.GET.get("page"))
    return shown(request, account, "chats", page=page, rows=_rows(account.id, list(page.object_list)))


def _rows(account: int, memberships: Sequence[Membership]) -> list[Row]:
    said = last_seen(account, memberships)
    counts = people_in([mine.chat_id for mine in memberships])
    people = people_of(said.values(), memberships)
    return [
        Row(
            peer_id(mine),
            title_of(mine, people),
            preview(said[mine.id], people, named=not mine.chat.dialog),
            moment(said[mine.id].date),
            about(mine, counts),
        )
        for mine in memberships
    ]


def people_of(messages: Iterable[Message], memberships: Iterable[Membership]) -> People:
    """Whom these messages are by and about, and with whom the dialogs among these conversations are."""
    others = {peer_id(mine) for mine in memberships if mine.chat.dialog}
    return by_id(Account, spoke(messages) | others)


def title_of(mine: Membership, people: People) -> str:
    return str(people[peer_id(mine)]) if mine.chat.dialog else mine.chat.title


def about(mine: Membership, counts: dict[int, int]) -> str:
    """How many are in the chat, or why its people are none of his business any more."""
    if mine.chat.dialog:
        return "Личная переписка"
    return outside(mine.state) or number_of_people(counts.get(mine.chat_id, 0))
