"""What an administrator decides about one person in one chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from peremena.audit.acts import Actor
from peremena.core.errors import UnusableInput
from peremena.core.titles import cleaned
from peremena.school.models import Account, Chat, Person, Seat
from peremena.sync.connections import connection_of
from peremena.sync.edits import block, invite_again, pin, unblock, unpin
from peremena.web import access
from peremena.web.sign_in import SignedInRequest
from peremena.web.ties import ties_of
from peremena.web.views.chat import card, where
from peremena.web.wording import decisions as words

FOUND = 20
REASON_LIMIT = 255
PLAIN: dict[str, Callable[..., bool]] = {"let_in": unblock, "unblock": unblock, "unpin": unpin, "invite": invite_again}


@require_http_methods(["GET", "HEAD", "POST"])
def chat_member(request: SignedInRequest, pk: int, person: int) -> HttpResponse:
    """GET asks, POST does it."""
    chat = access.chat_for(request.user, pk)
    found = _person(request, chat, person)
    asked = request.POST if request.method == "POST" else request.GET
    do = asked.get("do", "")
    if do not in words.QUESTIONS or (do == "pin" and not _is_here(request, chat, found)):
        raise Http404
    if request.method != "POST":
        return _question(request, chat, found, do)
    try:
        _decide(request, chat, found, do)
    except UnusableInput as problem:
        return _question(request, chat, found, do, problem)
    return HttpResponseRedirect(card(chat, request.POST))


@require_http_methods(["GET", "HEAD", "POST"])
def chat_people(request: SignedInRequest, pk: int) -> HttpResponse:
    """«Добавить участника»: GET looks for people of the school, POST gives one of them a place."""
    chat = access.chat_for(request.user, pk)
    if request.method != "POST":
        return _search(request, chat, request.GET.get("name", ""))
    chosen = request.POST.get("person", "")
    try:
        if not chosen.isdecimal():
            raise UnusableInput("Выберите человека в списке: найдите его по фамилии и отметьте.")
        found = get_object_or_404(access.people_for(request.user, chat.organization), pk=int(chosen), ended=None)
        _decide(request, chat, found, "pin")
    except UnusableInput as problem:
        return _search(request, chat, request.POST.get("name", ""), problem)
    return HttpResponseRedirect(card(chat, request.POST))


def _person(request: SignedInRequest, chat: Chat, pk: int) -> Person:
    """Somebody who is or was of this school, or about whom it has been decided here."""
    own = access.people_for(request.user, chat.organization, once=True)
    decided = Seat.objects.filter(chat=chat).values("person")
    return get_object_or_404(Person, Q(pk__in=own.values("pk")) | Q(pk__in=decided), pk=pk)


def _is_here(request: SignedInRequest, chat: Chat, person: Person) -> bool:
    return access.people_for(request.user, chat.organization).filter(pk=person.pk, ended=None).exists()


def _decide(request: SignedInRequest, chat: Chat, person: Person, do: str) -> None:
    actor = Actor.user(request.user)
    if do in PLAIN:
        done = PLAIN[do](chat, person, actor=actor)
    else:
        reason = cleaned(request.POST.get("reason", ""))
        if len(reason) > REASON_LIMIT:
            raise UnusableInput(f"Причина слишком длинная: {len(reason)} символов, а можно не больше {REASON_LIMIT}.")
        if do == "pin":
            pin(chat, person, actor=actor, by=request.user, reason=reason, until=_until(request.POST.get("until", "")))
        else:
            block(chat, person, actor=actor, by=request.user, reason=reason)
        done = True
    if done:
        messages.success(request, words.DONE[do].format(name=person.full_name))
    else:
        messages.info(request, words.NOTHING.format(name=person.full_name))


def _until(typed: str) -> date | None:
    if not typed.strip():
        return None
    try:
        until = date.fromisoformat(typed.strip())
    except ValueError:
        raise UnusableInput("Дата непонятна: выберите её в календаре или оставьте поле пустым.") from None
    if until < timezone.localdate():
        raise UnusableInput("Эта дата уже прошла: выберите сегодняшний день или позже либо оставьте поле пустым.")
    return until


def _question(
    request: SignedInRequest, chat: Chat, person: Person, do: str, problem: UnusableInput | None = None
) -> HttpResponse:
    context = {
        "chat": chat,
        "person": person,
        "do": do,
        "question": words.QUESTIONS[do],
        "has_reason": do not in PLAIN,
        "has_until": do == "pin",
        **_typed(request, chat, problem),
    }
    template = "web/chat_member.html#question" if request.htmx else "web/chat_member.html"
    return render(request, template, context, status=422 if problem else 200)


def _search(request: SignedInRequest, chat: Chat, name: str, problem: UnusableInput | None = None) -> HttpResponse:
    people = list(_named(access.people_for(request.user, chat.organization), name)[: FOUND + 1])
    ties = ties_of(chat.organization, [person.pk for person in people])
    connection = connection_of(chat.organization)
    linked = set(
        Account.objects.filter(
            person__in=people, messenger=connection.messenger if connection else "", ended_at=None
        ).values_list("person", flat=True)
    )
    context = {
        "chat": chat,
        "name": name,
        "found": [
            {"person": person, "ties": ", ".join(map(str, ties.get(person.pk, ()))), "is_linked": person.pk in linked}
            for person in people[:FOUND]
        ],
        "is_more": len(people) > FOUND,
        "asked": bool(name.strip()),
        "has_until": True,
        **_typed(request, chat, problem),
    }
    fragment = "#found" if request.htmx and "name" in request.GET else "#adding" if request.htmx else ""
    return render(request, f"web/chat_people.html{fragment}", context, status=422 if problem else 200)


def _typed(request: SignedInRequest, chat: Chat, problem: UnusableInput | None) -> dict[str, Any]:
    query = request.POST if request.method == "POST" else request.GET
    return {
        "where": where(query),
        "card": card(chat, query),
        "problem": problem,
        "reason": query.get("reason", ""),
        "until": query.get("until", ""),
        "chosen": query.get("person", ""),
        "reason_limit": REASON_LIMIT,
        "today": timezone.localdate(),
    }


def _named(people: QuerySet[Person], name: str) -> QuerySet[Person]:
    """Whose names begin with every word typed, «е» and «ё» alike; nobody while nothing is typed."""
    parts = cleaned(name).split()[:5]
    if not parts:
        return people.none()
    for part in parts:
        pattern = r"\m" + "".join("[её]" if char in "её" else _literal(char) for char in part.casefold())
        own = (Q(**{f"{each}_name__iregex": pattern}) for each in ("family", "given", "middle"))
        people = people.filter(next(own) | next(own) | next(own))
    return people.filter(ended=None).order_by("family_name", "given_name", "middle_name", "pk")


def _literal(char: str) -> str:
    return char if char.isalnum() else f"\\{char}"
