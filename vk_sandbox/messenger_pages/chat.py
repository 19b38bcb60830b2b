"""A chat's page: its last messages, and a field to write one."""

from __future__ import annotations

import secrets
import time

from django.http import HttpRequest, HttpResponse

from vk_sandbox.api.errors import ApiError
from vk_sandbox.api.methods.sending import LENGTH
from vk_sandbox.messenger.dialogs import addressed
from vk_sandbox.messenger.rooms import inside, people_in, say_once
from vk_sandbox.messenger.visible import CHAT_PEER, visible
from vk_sandbox.messenger_pages.chats import about, people_of, title_of
from vk_sandbox.messenger_pages.showing import HOME, for_person, shown
from vk_sandbox.messenger_pages.wording import Said, outside, said, way_back
from vk_sandbox.models import Account, Membership, State
from vk_sandbox.vkid.pages import SeeOther

MESSAGES = 100
NOTHING = "Напишите сообщение."
TOO_LONG = f"Слишком длинно: в сообщении помещается {LENGTH} знаков."
NOT_HERE = "Сюда писать нельзя: собеседник закрыл личные сообщения, или вас здесь уже нет."


def address(peer: int) -> str:
    """VK's own form, with the number that the chat has for this account; the last message is where one begins to read."""
    return f"{HOME}convo/{peer}#last"


async def of_vk(request: HttpRequest, peer: str) -> HttpResponse:
    """web.vk.me/convo/…: the same page where the stand-in has it."""
    return SeeOther(f"{HOME}convo/{peer}")


@for_person
def convo(request: HttpRequest, account: Account, peer: str) -> HttpResponse:
    """The conversation that has this number for this account."""
    number = int(peer)
    mine = Membership.objects.filter(account=account, local_id=number - CHAT_PEER).select_related("chat").first()
    if mine is None:
        return nowhere(request, account)
    if request.method != "POST":
        return _shown(request, account, mine)
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    mistake = TOO_LONG if len(text) > LENGTH else "" if text else NOTHING
    try:
        if not mistake:
            _say(account, number, text, request.POST.get("once", ""))
            return SeeOther(address(number))
    except ApiError:
        mistake = NOT_HERE
    return _shown(request, account, mine, text, mistake)


@for_person
def chat(request: HttpRequest, account: Account, owner: str, number: str) -> HttpResponse:
    """The chat that has this number for its owner: the same address for everybody who is in it."""
    owners = Membership.objects.filter(account=int(owner), local_id=int(number), chat__dialog=False).values("chat")
    mine = Membership.objects.filter(account=account, chat__in=owners).first()
    return nowhere(request, account) if mine is None else SeeOther(address(CHAT_PEER + mine.local_id))


def nowhere(request: HttpRequest, account: Account) -> HttpResponse:
    """The same whether there is such a chat or not: it is not his."""
    return shown(request, account, "nowhere", status=404)


def _say(account: Account, peer: int, text: str, once: str) -> None:
    """What was sent twice from one page is said once."""
    now = int(time.time())
    room = inside(addressed(account.id, peer, now)).chat
    say_once(room, account.id, now, text, [], int(once) if once.isdecimal() and len(once) < 18 else 0)


def _shown(
    request: HttpRequest, account: Account, mine: Membership, typed: str = "", mistake: str = ""
) -> HttpResponse:
    everything = visible(mine)
    messages = list(everything.order_by("-cmid")[:MESSAGES])[::-1]
    people = people_of(messages, [mine])
    lines: list[Said] = [said(message, people, account.id) for message in messages]
    return shown(
        request,
        account,
        "chat",
        status=400 if mistake else 200,
        title=title_of(mine, people),
        about=about(mine, people_in([mine.chat_id])),
        lines=lines,
        earlier=everything.count() > len(lines),
        writes=mine.state == State.IN,
        outside=outside(mine.state),
        way_back=way_back(mine.state),
        typed=typed,
        mistake=mistake,
        once=secrets.randbelow(2**53) + 1,
    )
