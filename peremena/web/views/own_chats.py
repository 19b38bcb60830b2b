"""«Чаты»: a participant's own, and the way into the messenger."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from peremena.school.models import Chat, Room
from peremena.sync.connections import connection_of
from peremena.sync.links import ask_for_link, link_of
from peremena.web import access, vk_id
from peremena.web.own_chats import own_chat, own_schools
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.external_systems import MESSENGER

LOOKS = 60  # times that the page asks by itself whether people have been let in, a second apart
TRIES = 15  # the same for a link


@require_safe
def own_chats(request: SignedInRequest) -> HttpResponse:
    person = access.person_of(request.user)
    schools = own_schools(person) if person else []
    looks = _number(request, "looks")
    passing = any(each.is_passing for school in schools if school.is_connected for each in school.chats)
    context = {
        "person": person,
        "account": access.account_of(request.user, MESSENGER),
        "schools": schools,
        "has_chats": any(school.chats for school in schools),
        "next_look": looks + 1 if passing and looks < LOOKS else 0,
        "registry": access.administers(request.user) or access.staffed_by(request.user).exists(),
        "messenger_url": settings.VK_MESSENGER_URL,
        "is_set_up": vk_id.is_set_up(),
    }
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, f"web/own_chats.html{'#list' if is_part else ''}", context)


@require_safe
def open_chat(request: SignedInRequest, pk: int) -> HttpResponse:
    """Straight into the chat, in the messenger. Its link is asked for the first time that somebody wants it."""
    chat = get_object_or_404(Chat.objects.select_related("organization"), pk=pk, archived_at=None)
    if not (_has_a_way_in(request, chat) or access.manages(request.user, chat.organization)):
        raise Http404
    rooms = Room.objects.filter(chat=chat, connection=connection_of(chat.organization)).exclude(external_id="")
    room = get_object_or_404(rooms)
    if link := link_of(room):
        return HttpResponseClientRedirect(link) if request.htmx else HttpResponseRedirect(link)
    tried = _number(request, "tries")
    if tried < TRIES:
        ask_for_link(room)
    context = {"chat": chat, "next_try": tried + 1 if tried < TRIES else 0, "messenger_url": settings.VK_MESSENGER_URL}
    return render(request, f"web/open_chat.html{'#way' if request.htmx else ''}", context)


def _has_a_way_in(request: SignedInRequest, chat: Chat) -> bool:
    person = access.person_of(request.user)
    own = own_chat(person, chat) if person else None
    return bool(own and own.button)


def _number(request: SignedInRequest, name: str) -> int:
    value = request.GET.get(name, "")
    return min(int(value), LOOKS) if value.isdecimal() and len(value) < 4 else 0
