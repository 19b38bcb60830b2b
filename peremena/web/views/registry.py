"""The registry of chats: who may talk where, and how far it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from peremena.school.models import Chat, Organization
from peremena.sync.condition import with_condition
from peremena.sync.connections import connection_of
from peremena.sync.models import Run
from peremena.web import access
from peremena.web.addresses import card_of
from peremena.web.progress import progress_of
from peremena.web.rows import rows_of
from peremena.web.schools import chosen_among
from peremena.web.selection import NAMES, Selection, choices
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import registry as words

if TYPE_CHECKING:
    from peremena.sync.condition import ChatWithCondition

ROWS = 25
TITLE = "Интеграция со Сферум (ВК Мессенджер)"


@dataclass(frozen=True)
class Column:
    """`query` "" = nothing is sorted by it; `order` "" = nothing is sorted by it now."""

    title: str
    sort: str
    query: str
    order: str


@require_safe
def registry(request: SignedInRequest) -> HttpResponse:
    """Who works at the school sees the chats he works in, and changes nothing."""
    school, schools = chosen_among(request, access.registries_for(request.user))
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    latest = access.runs_for(request.user, school).filter(kind=Run.SYNC).order_by("-pk").first()
    manages = access.manages(request.user, school)
    context = {"school": school, "schools": schools, "manages": manages, **_table(request, school, latest)}
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "web/registry.html#chats", context)
    progress = progress_of(latest, timezone.now()) if latest else None
    return render(request, "web/registry.html", {**context, "progress": progress})


@require_safe
def edit_chat(request: SignedInRequest, key: str) -> HttpResponse:
    """From the tick to the chat's card; without exactly one tick back to the same rows."""
    school = access.organization_for(request.user, key)
    ticked = [value for value in request.GET.getlist("chat") if value.isdecimal()]
    asked = {name: request.GET[name] for name in NAMES if request.GET.get(name)} | {"school": school.key}
    rows = f"{reverse('registry')}?{urlencode(asked)}"
    if len(ticked) == 1:
        chat = get_object_or_404(access.chats_for(request.user, school), pk=ticked[0])
        return HttpResponseRedirect(card_of(chat.pk, back=rows))
    messages.warning(request, words.SEVERAL_CHATS if ticked else words.ONE_CHAT)
    return HttpResponseRedirect(rows)


def _table(request: SignedInRequest, school: Organization, latest: Run | None) -> dict[str, Any]:
    """The rows, and what has been asked for."""
    chats = access.chats_for(request.user, school).filter(archived_at=None)
    selection = Selection.of(request.GET, school, choices(chats, school))
    paginator = Paginator(selection.apply(_detailed(chats, school)), ROWS)
    page = paginator.get_page(request.GET.get("page"))
    return {
        "selection": selection,
        "filters": [
            (name, title, selection.found[name], selection.filters.get(name, ""))
            for name, title in words.FILTERS.items()
        ],
        "orders": words.ORDERS,
        "columns": _columns(selection),
        "page": page,
        "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "rows": rows_of(page.object_list, latest),
        "several_chats": words.SEVERAL_CHATS,
    }


def _detailed(chats: QuerySet[Chat], school: Organization) -> QuerySet[ChatWithCondition]:
    detailed = chats.select_related("school_class", "group__subject", "subject")
    return with_condition(detailed, school, connection_of(school))


def _columns(selection: Selection) -> list[Column]:
    now = "descending" if selection.descending else "ascending"
    return [
        Column(title, sort, selection.sorted_by(sort) if sort else "", now if sort == selection.sort else "")
        for title, sort in words.COLUMNS.items()
    ]
