"""The registry of chats: who may talk where, and how far it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from peremena.core.operations import ChatKind
from peremena.core.state import percent
from peremena.school.models import Chat, Organization
from peremena.sync.models import Run
from peremena.web import access
from peremena.web.chats import classes_of, parent_classes, subject_of
from peremena.web.progress import progress_of
from peremena.web.schools import chosen_school
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import chats as chat_words

ROWS = 25
TITLE = "Интеграция со Сферум (ВК Мессенджер)"


@dataclass(frozen=True)
class Row:
    """A chat as a line of the registry. `percent` None = «—»."""

    chat: Chat
    code: str
    classes: str
    subject: str
    percent: int | None


@require_safe
def registry(request: SignedInRequest) -> HttpResponse:
    school, schools = chosen_school(request)
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    paginator = Paginator(_chats(request, school), ROWS)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "school": school,
        "schools": schools,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "rows": rows_of(page.object_list, school),
    }
    if request.htmx:
        return render(request, "web/registry.html#chats", context)
    latest = access.runs_for(request.user, school).filter(kind=Run.SYNC).order_by("-pk").first()
    progress = progress_of(latest, timezone.now()) if latest else None
    return render(request, "web/registry.html", {**context, "progress": progress})


def _chats(request: SignedInRequest, school: Organization) -> QuerySet[Chat]:
    chats = access.chats_for(request.user, school).filter(archived_at=None)
    return chats.select_related("school_class", "group__subject", "subject").order_by("sort_key", "pk")


def rows_of(chats: Iterable[Chat], school: Organization) -> list[Row]:
    """One query more than the chats themselves, however many they are."""
    chats = list(chats)
    parents = parent_classes([chat.group_id for chat in chats if chat.group_id])
    return [
        Row(
            chat=chat,
            code=chat_words.KIND_CODES[ChatKind(chat.kind)],
            classes=classes_of(chat, parents),
            subject=subject_of(chat),
            percent=percent(chat.inside, chat.linked),
        )
        for chat in chats
    ]
