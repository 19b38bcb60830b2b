"""«Настройки чата Сферум»: one chat, its title and its people."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import trigger_client_event

from peremena.audit.acts import Actor
from peremena.core.errors import UnusableInput
from peremena.core.operations import ChatKind
from peremena.core.standing import Standing
from peremena.core.state import PersonState
from peremena.core.titles import cleaned
from peremena.school.models import Chat, Connection, Room
from peremena.sync.connections import connection_of
from peremena.sync.edits import LONGEST_TITLE, Overtaken, look_again, rename, rename_by_rule
from peremena.sync.models import Run
from peremena.web import access
from peremena.web.chats import classes_of, parent_classes, subject_of
from peremena.web.members import matching, people_of, strangers_of, told
from peremena.web.sign_in import SignedInRequest
from peremena.web.title_news import news_of

ROWS = 50
STRANGERS = 50
KEPT = ("back", "q", "unlinked", "page")  # what a card's address carries from one visit to the next


@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who works in the chat sees it; whoever manages the school's chats changes it too."""
    if request.method != "POST":
        return _page(request, access.seen_chat(request.user, pk))
    found = access.chat_for(request.user, pk)
    actor = Actor.user(request.user)
    try:
        match request.POST.get("do"):
            case "default":
                rename_by_rule(found, actor=actor)
                messages.success(request, "Чату возвращено название по умолчанию.")
            case "again":
                look_again(found, actor=actor)
            case _:
                before, typed = request.POST.get("before", found.title), request.POST.get("title", "")
                if cleaned(typed) == found.title == before:
                    messages.info(request, "Название не изменилось: сохранять нечего.")
                    return HttpResponseRedirect(card(found, request.POST))
                rename(found, typed, actor=actor, before=before)
                messages.success(request, "Название сохранено.")
    except UnusableInput as problem:
        return _page(request, access.chat_for(request.user, pk), problem=problem, status=422)
    return HttpResponseRedirect(card(found, request.POST, saved="1"))


@require_safe
def chat_news(request: SignedInRequest, pk: int) -> HttpResponse:
    """The small part of the card that is asked for while something is on its way."""
    found = access.chat_for(request.user, pk)
    connection = connection_of(found.organization)
    news = news_of(found, _room(found, connection), connection, saved="saved" in request.GET)
    if not request.htmx:
        return HttpResponseRedirect(card(found, request.GET))
    response = render(request, "web/chat.html#news", {"chat": found, "news": news, **_carried(found, request.GET)})
    return response if news.is_open else trigger_client_event(response, "chat-settled")


def _page(
    request: SignedInRequest, found: Chat, problem: UnusableInput | None = None, status: int = 200
) -> HttpResponse:
    connection = connection_of(found.organization)
    room = _room(found, connection)
    context = _people(request, found, connection)
    news = news_of(found, room, connection, saved="saved" in request.GET)
    refused = not news.is_open and any(_leaves(each) for each in context["people"].found.people)
    query = request.POST if problem else request.GET
    context |= {
        "chat": found,
        "manages": access.manages(request.user, found.organization),
        "news": news,
        "held": refused and _brake_holds(found),
        **_carried(found, query),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "web/chat.html#members", context)
    parents = parent_classes([found.group_id] if found.group_id else [])
    context |= {
        "back": back_of(found, query),
        "room": room,
        "classes": classes_of(found, parents),
        "subject": subject_of(found),
        "has_default": found.title_kept and found.wanted and found.kind != ChatKind.CUSTOM,
        "typed": request.POST.get("title", "") if problem else found.title,
        "longest": LONGEST_TITLE,
        "problem": problem,
        "theirs": problem.title if isinstance(problem, Overtaken) else "",
    }
    return render(request, "web/chat.html", context, status=status)


def _people(request: SignedInRequest, found: Chat, connection: Connection | None) -> dict[str, Any]:
    people = people_of(found, connection)
    query, unlinked = request.GET.get("q", "").strip(), bool(request.GET.get("unlinked"))
    paginator = Paginator(matching(people, query, unlinked=unlinked), ROWS)
    page = paginator.get_page(request.GET.get("page"))
    return {
        "people": people,
        "query": query,
        "unlinked": unlinked,
        "page": page,
        "pages_query": urlencode({key: value for key, value in where(request.GET) if key != "page"}),
        "members": told(people, page.object_list),
        "strangers": strangers_of(people, request.user, connection, limit=STRANGERS),
        "strangers_stay": any(not _leaves(each) for each in people.strangers),
        "more_strangers": max(0, len(people.strangers) - STRANGERS),
    }


def _carried(found: Chat, query: QueryDict) -> dict[str, Any]:
    saved = {"saved": "1"} if "saved" in query else {}
    carried = where(query)
    news = f"{reverse('chat_news', args=[found.pk])}?{urlencode([*carried, *saved.items()])}"
    return {"where": carried, "news_address": news.removesuffix("?")}


def _leaves(standing: Standing) -> bool:
    return standing.state is PersonState.LEAVING


def _brake_holds(found: Chat) -> bool:
    """Whether the school's last change was refused: it would have put out too many people at once."""
    last = Run.objects.filter(organization=found.organization_id, kind=Run.CHANGE).order_by("-pk").first()
    return last is not None and last.state == Run.REFUSED


def _room(found: Chat, connection: Connection | None) -> Room | None:
    return Room.objects.filter(chat=found, connection=connection).first() if connection else None


def where(query: QueryDict) -> list[tuple[str, str]]:
    """Of an address or a form, what the card's own addresses go on carrying."""
    return [(key, value) for key in KEPT if (value := query.get(key, "")) and (key != "back" or _is_registry(value))]


def card(found: Chat, query: QueryDict, **more: str) -> str:
    """The card's address, as it was come to."""
    carried = urlencode([*where(query), *more.items()])
    return reverse("chat", args=[found.pk]) + (f"?{carried}" if carried else "")


def back_of(found: Chat, query: QueryDict) -> str:
    """The registry that the card was opened from, else that of its school."""
    came_from = dict(where(query)).get("back")
    return came_from or f"{reverse('registry')}?{urlencode({'school': found.organization.key})}"


def _is_registry(address: str) -> bool:
    """Ours, and relative: a link that somebody was sent leads nowhere else."""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return ours and address.startswith("/") and urlsplit(address).path == reverse("registry")
