"""«Импорт»: a roster is uploaded, shown, and applied exactly as it was shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from peremena.intake.models import Upload
from peremena.intake.uploading import KEPT, accept, give_up, take
from peremena.school.models import Organization
from peremena.web import access
from peremena.web.schools import chosen_school
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.plan import registry_of
from peremena.web.wording import imports as words
from peremena.web.workers import A_MOMENT, nobody_works

TITLE = "Импорт"
QUEUE = "intake"
CHANGED = "За это время загруженное изменилось. Проверьте новые цифры и примените ещё раз."


@dataclass(frozen=True)
class Told:
    """An upload in words."""

    upload: Upload
    heading: str
    is_busy: bool
    nobody: bool
    format: str
    counts: list[tuple[str, int]]
    changes: list[tuple[str, list[tuple[str, int]]]]
    problems: list[words.Group]


@require_safe
def roster_import(request: SignedInRequest) -> HttpResponse:
    school, schools = chosen_school(request)
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    return _page(request, school, schools)


@require_POST
def upload_roster(request: SignedInRequest, key: str) -> HttpResponse:
    school = access.organization_for(request.user, key)
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _page(request, school, [], error="Выберите файл: он не пришёл или пуст.")
    if file.size > settings.UPLOAD_MB << 20:
        return _page(
            request,
            school,
            [],
            error=f"Файл больше {settings.UPLOAD_MB} МБ. Выгрузите список одной школы, без лишних файлов.",
        )
    take(school, request.user, name=file.name or "", content=file.read())
    return HttpResponseRedirect(page_of(school))


@require_safe
def upload(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """How far it is, asked for every second."""
    school = access.organization_for(request.user, key)
    found = access.upload_for(request.user, school, pk)
    if not request.htmx:
        return HttpResponseRedirect(page_of(school))
    return render(request, "web/import.html#upload", {"school": school, "told": told(found), **_common(school)})


@require_POST
def answer_upload(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    """«Применить» or «Отказаться»."""
    school = access.organization_for(request.user, key)
    found = access.upload_for(request.user, school, pk)
    if request.POST.get("do") == "apply":
        if not accept(found, request.POST.get("fingerprint", "")):
            messages.warning(request, CHANGED)
    else:
        give_up(found)
        messages.info(request, "Ничего не изменено, файл удалён.")
    return HttpResponseRedirect(page_of(school))


def _page(request: SignedInRequest, school: Organization, schools: list[Organization], error: str = "") -> HttpResponse:
    """The upload that is under way, or what became of the last one and a place for the next."""
    lately = access.uploads_for(request.user, school).filter(created_at__gt=timezone.now() - KEPT)
    found = lately.exclude(state=Upload.GIVEN_UP).defer("content").order_by("-pk").first()
    shown = told(found) if found and not (error or "another" in request.GET) else None
    return render(
        request,
        "web/import.html",
        {"school": school, "schools": schools, "told": shown, "error": error, **_common(school)},
    )


def _common(school: Organization) -> dict[str, object]:
    return {
        "columns": words.CHANGES.values(),
        "limit": settings.UPLOAD_MB,
        "registry": registry_of(school),
        "page_address": page_of(school),
        "kept": words.KEPT_PROBLEMS,
    }


def told(found: Upload) -> Told:
    is_busy = found.state in Upload.BUSY
    queued = found.state in (Upload.QUEUED, Upload.ACCEPTED)
    late = queued and found.created_at < timezone.now() - A_MOMENT
    return Told(
        upload=found,
        heading=words.HEADINGS[found.state],
        is_busy=is_busy,
        nobody=late and nobody_works(QUEUE),
        format=words.FORMATS.get(found.format, found.format),
        counts=words.counts(found.counts),
        changes=words.changes(found.changes),
        problems=words.problems(found.problems),
    )


def page_of(school: Organization) -> str:
    return f"{reverse('roster_import')}?{urlencode({'school': school.key})}"
