"""/join/…: where an invite link leads."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse

from vk_sandbox.api.errors import ApiError
from vk_sandbox.messenger.invitations import behind
from vk_sandbox.messenger.invitations import join as come_in
from vk_sandbox.messenger.rooms import people_in
from vk_sandbox.messenger.visible import CHAT_PEER
from vk_sandbox.messenger_pages.chat import address
from vk_sandbox.messenger_pages.showing import for_person, shown
from vk_sandbox.messenger_pages.wording import number_of_people
from vk_sandbox.models import Account, Membership, State
from vk_sandbox.vkid.pages import SeeOther


@for_person
def join(request: HttpRequest, account: Account, word: str) -> HttpResponse:
    """Who is in already is led straight into the chat."""
    chat = behind(word)
    if chat is None:
        return shown(request, account, "no_link", status=404)
    mine = Membership.objects.filter(chat=chat, account=account).first()
    try:
        if request.method == "POST":
            mine = come_in(chat, account.id, int(time.time()))
    except ApiError:
        pass  # the page says it
    if mine is not None and mine.state == State.IN:
        return SeeOther(address(CHAT_PEER + mine.local_id))
    removed = mine is not None and mine.state == State.KICKED
    people = number_of_people(people_in([chat.id]).get(chat.id, 0))
    return shown(request, account, "join", 403 if removed else 200, title=chat.title, people=people, removed=removed)
