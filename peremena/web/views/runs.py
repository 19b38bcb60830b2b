"""Past and present runs of a school, and one of them step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from peremena.audit.acts import Actor
from peremena.school.models import Account
from peremena.sync.models import Run, Step
from peremena.sync.runs import cancel
from peremena.web import access
from peremena.web.counting import grouped
from peremena.web.progress import progress_of
from peremena.web.schools import chosen_school
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import actors
from peremena.web.wording import reasons as reason_words
from peremena.web.wording import runs as run_words
from peremena.web.wording import steps as step_words

ROWS, STEPS = 25, 50
TITLE = "История обновлений"
# What of a run's steps is shown, by the address.
SHOWN = {
    "": ("Все", Step.STATES),
    "failed": ("Не получилось", (Step.FAILED, Step.CANCELLED)),
    "waiting": ("Не сделано", Step.OPEN),
    "done": ("Сделано", (Step.DONE,)),
}


@dataclass(frozen=True)
class Row:
    run: Run
    outcome: str
    actor: str
    done: str


@dataclass(frozen=True)
class Line:
    """A step. `member` is empty where it is about nobody, or about somebody we do not know any more."""

    step: Step
    act: str
    member: str
    state: str
    why: reason_words.Reason | None


@require_safe
def runs(request: SignedInRequest) -> HttpResponse:
    school, schools = chosen_school(request)
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    found = access.runs_for(request.user, school).select_related("organization").defer("plan").order_by("-pk")
    paginator = Paginator(found, ROWS)
    page = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "web/runs.html",
        {
            "title": TITLE,
            "school": school,
            "schools": schools,
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "rows": _rows(list(page.object_list)),
        },
    )


def _rows(found: list[Run]) -> list[Row]:
    names = actors.names(run.actor for run in found)
    return [
        Row(run, run_words.OUTCOMES[run.state], names[run.actor], f"{grouped(run.done)} из {grouped(run.total)}")
        for run in found
    ]


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its progress is asked for every second by whoever looks at it; the steps only by a whole page."""
    one = access.run_for(request.user, pk)
    progress = progress_of(one, timezone.now()) if request.htmx else progress_of(one, timezone.now(), shown=None)
    if request.htmx:
        response = render(request, "web/run.html#progress", {"progress": progress})
        return response if progress.is_open else trigger_client_event(response, "run-finished")
    shown = request.GET.get("shown", "")
    paginator = Paginator(_steps(one, shown), STEPS)
    page = paginator.get_page(request.GET.get("page"))
    return render(
        request,
        "web/run.html",
        {
            "progress": progress,
            "school": one.organization,
            "actor": actors.names([one.actor])[one.actor],
            "shown": shown if shown in SHOWN else "",
            "choices": [(code, title) for code, (title, _) in SHOWN.items()],
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "lines": _lines(one, page.object_list),
        },
    )


@require_POST
def cancel_run(request: SignedInRequest, pk: int) -> HttpResponse:
    """Nothing more of it is sent; what has been done stays."""
    one = access.run_for(request.user, pk)
    if cancel(one, actor=Actor.user(request.user)):
        messages.info(request, "Обновление остановлено. Сделанное осталось; чтобы продолжить, запустите его ещё раз.")
    else:
        messages.info(request, "Обновление уже закончилось само.")
    return HttpResponseRedirect(reverse("run", args=[one.pk]))


def _steps(one: Run, shown: str) -> QuerySet[Step]:
    steps = one.steps.select_related("chat").order_by("position")
    return steps.filter(state__in=SHOWN[shown][1]) if shown in SHOWN and shown else steps


def _lines(one: Run, steps: Iterable[Step]) -> list[Line]:
    steps = list(steps)
    over = one.state not in Run.OPEN
    members = _members(one, {step.data["member"] for step in steps if "member" in step.data})
    return [
        Line(
            step=step,
            act=step_words.act(step.operation, step.data),
            member=members.get(step.data.get("member", ""), ""),
            state=step_words.state(step, over=over),
            why=reason_words.reason(step.reason)
            if step.state in (Step.FAILED, Step.CANCELLED) and step.reason
            else None,
        )
        for step in steps
    ]


def _members(one: Run, ids: set[str]) -> dict[str, str]:
    """Who the accounts are or were: the steps are about people of this school, whose names its administrator may see."""
    accounts = Account.objects.filter(messenger=one.connection.messenger, external_id__in=ids)
    found = accounts.select_related("person").order_by("ended_at", "pk")
    return {account.external_id: account.person.full_name for account in reversed(found)}
