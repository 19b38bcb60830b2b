"""«Подключения»: which connection serves a school, how it is, and whether its chats follow the roster."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from peremena.audit.acts import Actor
from peremena.school.models import Connection, Organization
from peremena.sync.checking import ask_to_check
from peremena.sync.connections import capabilities, connection_of
from peremena.sync.models import ConnectionCheck, Run
from peremena.sync.switching import switch_chats as switch
from peremena.web import access
from peremena.web.schools import chosen_school
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import connections as words
from peremena.web.wording.reasons import Reason, reason
from peremena.web.workers import A_MOMENT, nobody_works

TITLE = "Подключения"
LATELY = timedelta(hours=1)  # for so long the answer to a check is shown
WORKERS_QUEUE = "sync"


@dataclass(frozen=True)
class Shown:
    """A connection in words. `inherited` is whose it is, "" for the school's own."""

    connection: Connection
    inherited: str
    messenger: str
    kind: str
    strangers: str
    why: Reason | None
    able: words.Able
    since: datetime | None
    may_replace: bool


@require_safe
def connections(request: SignedInRequest) -> HttpResponse:
    school, schools = chosen_school(request)
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    found = connection_of(school)
    check = access.checks_for(request.user, school).filter(created_at__gt=timezone.now() - LATELY).last()
    context = {
        "school": school,
        "schools": schools,
        "shown": shown(found, school, request) if found else None,
        "may_add": _may_add(request, school),
        "asked": told(check, school) if check else None,
    }
    template = "web/connections.html#connection" if request.htmx else "web/connections.html"
    return render(request, template, context)


def shown(connection: Connection, school: Organization, request: SignedInRequest) -> Shown:
    organization = connection.organization
    first = connection.events.order_by("pgh_id").first()  # type: ignore[attr-defined]
    stopped = connection.state == Connection.STOPPED
    return Shown(
        connection=connection,
        inherited="" if organization == school else organization.name,
        messenger=words.MESSENGERS[connection.messenger],
        kind=words.KINDS.get(connection.credential_kind, connection.credential_kind),
        strangers=words.STRANGERS[connection.strangers],
        why=reason(connection.problem) if stopped else None,
        able=words.able(capabilities(connection)),
        since=first.pgh_created_at if first else None,
        may_replace=access.managed_by(request.user).filter(pk=organization.pk).exists(),
    )


def _may_add(request: SignedInRequest, school: Organization) -> bool:
    return bool(access.unconnected(request.user, school))


@dataclass(frozen=True)
class Told:
    """A check as its card tells it; `nobody`: no worker is there to find out."""

    check: ConnectionCheck
    answer: words.Answer
    is_open: bool
    nobody: bool


def told(check: ConnectionCheck, school: Organization) -> Told:
    in_use = Connection.objects.filter(organization=check.organization_id, messenger=check.messenger).exists()
    is_open = check.state == ConnectionCheck.WAITING
    late = is_open and check.created_at < timezone.now() - A_MOMENT
    return Told(check, words.answer(check, replaces=in_use), is_open, late and nobody_works(WORKERS_QUEUE))


@require_POST
def check_connection(request: SignedInRequest, key: str) -> HttpResponse:
    school = access.organization_for(request.user, key)
    if connection := connection_of(school):
        ask_to_check(connection, actor=Actor.user(request.user))
    return HttpResponseRedirect(page_of(school))


@require_safe
def connection_check(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """What is known of a check by now, asked for every second."""
    school = access.organization_for(request.user, key)
    check = access.check_for(request.user, school, pk)
    if not request.htmx:
        return HttpResponseRedirect(page_of(school))
    asked = told(check, school)
    response = render(request, "web/connections.html#check", {"school": school, "asked": asked})
    return response if asked.is_open else trigger_client_event(response, "check-finished")


@require_http_methods(["GET", "HEAD", "POST"])
def switch_chats(request: SignedInRequest, key: str) -> HttpResponse:
    """Switching on is done at once; off is asked about first."""
    school = access.organization_for(request.user, key)
    if request.method == "POST":
        switch(school, on=request.POST.get("on") == "1", actor=Actor.user(request.user))
        return HttpResponseRedirect(page_of(school))
    running = access.runs_for(request.user, school).filter(state__in=Run.OPEN).exists()
    template = "web/switch_chats.html#question" if request.htmx else "web/switch_chats.html"
    return render(request, template, {"school": school, "running": running, "back": page_of(school)})


def page_of(school: Organization) -> str:
    return f"{reverse('connections')}?{urlencode({'school': school.key})}"
