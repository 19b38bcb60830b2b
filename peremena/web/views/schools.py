"""All schools that an operator looks after, and «Создать/обновить чаты» for many of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from peremena.audit.acts import Actor
from peremena.core.errors import UnusableInput
from peremena.core.state import percent
from peremena.school.models import Organization
from peremena.school.totals import chat_sums
from peremena.sync.models import Run
from peremena.sync.planning import prepare
from peremena.sync.runs import AlreadyRunning, approve
from peremena.web import access
from peremena.web.counting import counted
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.plan import shown
from peremena.web.wording import chats as chat_words
from peremena.web.wording import runs as run_words

ROWS = 50
NOTHING = {"chats": 0, "seats": 0, "linked": 0, "inside": 0}


@dataclass(frozen=True)
class Row:
    """`percent` and `linked` None = «—»; `outcome` is that of the last update, empty where there was none."""

    school: Organization
    chats: int
    percent: int | None
    linked: int | None
    run: Run | None
    outcome: str


@require_safe
def schools(request: SignedInRequest) -> HttpResponse:
    found = access.schools_of_operator(request.user)
    words = " ".join(request.GET.get("q", "").split())
    if words:
        found = [school for school in found if words.casefold() in school.name.casefold()]
    paginator = Paginator(found, ROWS)
    page = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "web/schools.html",
        {
            "q": words,
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "rows": _rows(list(page.object_list)),
        },
    )


def _rows(found: Sequence[Organization]) -> list[Row]:
    sums = chat_sums(found)
    syncs = Run.objects.filter(organization__in=found, kind=Run.SYNC).order_by("organization", "-pk")
    last = {run.organization_id: run for run in syncs.distinct("organization").defer("plan")}
    rows = []
    for school in found:
        own, run = sums.get(school.pk, NOTHING), last.get(school.pk)
        rows.append(
            Row(
                school=school,
                chats=own["chats"],
                percent=percent(own["inside"], own["linked"]),
                linked=percent(own["linked"], own["seats"]),
                run=run,
                outcome=run_words.OUTCOMES[run.state] if run else "",
            )
        )
    return rows


@require_safe
def plan_many(request: SignedInRequest) -> HttpResponse:
    """The chosen schools; the plan of each is asked for by itself, so that many do not keep anybody waiting."""
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, "Отметьте школы, чаты которых нужно создать или обновить.")
        return HttpResponseRedirect(reverse("schools"))
    return render(request, "web/plan_many.html", {"schools": chosen})


@require_safe
def plan_row(request: SignedInRequest, key: str) -> HttpResponse:
    """What would be done in one of them."""
    school = access.organization_for(request.user, key)
    context: dict[str, object] = {"school": school}
    if access.runs_for(request.user, school).filter(kind=Run.SYNC, state__in=Run.OPEN).exists():
        context["problem"] = "Обновление чатов этой школы уже идёт."
    else:
        try:
            context["shown"] = shown(prepare(school).plan)
        except UnusableInput as problem:
            context["problem"] = str(problem)
    return render(request, "web/plan_row.html", context)


@require_POST
def start_many(request: SignedInRequest) -> HttpResponse:
    """Starts in each school what was shown of it; where that has changed or is refused, nothing, and says so."""
    started, left = 0, []
    for school in _chosen(request):
        try:
            prepared = prepare(school)
            if prepared.plan.fingerprint != request.POST.get(f"fingerprint-{school.key}"):
                left.append(f"«{school.name}»: план изменился, пока вы его смотрели.")
            elif prepared.plan.refusal:
                left.append(
                    f"«{school.name}»: план исключает слишком много участников, подтвердите его в реестре школы."
                )
            elif prepared.plan.is_empty:
                continue
            else:
                approve(prepared, actor=Actor.user(request.user), user=request.user)
                started += 1
        except AlreadyRunning:
            left.append(f"«{school.name}»: обновление чатов уже идёт.")
        except UnusableInput as problem:
            left.append(str(problem))
    messages.info(request, f"Обновление чатов запущено: {counted(started, chat_words.SCHOOLS)}.")
    for text in left:
        messages.warning(request, text)
    return HttpResponseRedirect(reverse("schools"))


def _chosen(request: SignedInRequest) -> list[Organization]:
    keys = set((request.POST or request.GET).getlist("school"))
    return [school for school in access.schools_of_operator(request.user) if school.key in keys]
