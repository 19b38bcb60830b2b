"""«Создать/обновить чаты для организации»: what would be done, and the «Да» to exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from peremena.audit.acts import Actor
from peremena.core.errors import UnusableInput
from peremena.core.plan import Plan
from peremena.school.models import Organization
from peremena.sync.connections import ready
from peremena.sync.models import Run
from peremena.sync.planning import Prepared, prepare
from peremena.sync.runs import AlreadyRunning, approve
from peremena.web import access
from peremena.web.counting import counted
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import chats as chat_words
from peremena.web.wording import operations as plan_words

CHANGED = "План изменился, пока вы его смотрели. Проверьте новые цифры и подтвердите ещё раз."
REASON_WANTED = "Напишите, почему это правильно: без причины такой план не выполняется."
REASON_LIMIT = 1000


@dataclass(frozen=True)
class Shown:
    """A plan in words."""

    fingerprint: str
    operations: Sequence[str]
    by_hand: Sequence[plan_words.Line]
    refusal: str
    chats: str
    people: str


@require_safe
def plan(request: SignedInRequest, key: str) -> HttpResponse:
    school = access.organization_for(request.user, key)
    if access.runs_for(request.user, school).filter(kind=Run.SYNC, state__in=Run.OPEN).exists():
        return _page(request, school, running=True)
    try:
        return _plan_page(request, prepare(school))
    except UnusableInput as problem:
        return _page(request, school, problem=str(problem))


@require_POST
def start_run(request: SignedInRequest, key: str) -> HttpResponse:
    """Starts what was shown and nothing else: a plan that changed meanwhile is shown again."""
    school = access.organization_for(request.user, key)
    reason = request.POST.get("reason", "").strip()[:REASON_LIMIT]
    try:
        prepared = prepare(school)
        if prepared.plan.fingerprint != request.POST.get("fingerprint"):
            return _plan_page(request, prepared, notice=CHANGED, reason=reason)
        if prepared.plan.refusal and not reason:
            return _plan_page(request, prepared, notice=REASON_WANTED)
        approve(prepared, actor=Actor.user(request.user), user=request.user, reason=reason)
    except UnusableInput as problem:
        return _page(request, school, problem=str(problem))
    except AlreadyRunning:
        messages.info(request, "Обновление чатов этой школы уже идёт: его ход показан ниже.")
    return HttpResponseRedirect(registry_of(school))


def shown(plan: Plan) -> Shown:
    return Shown(
        fingerprint=plan.fingerprint,
        operations=plan_words.operations(plan.counts()),
        by_hand=plan_words.by_hand((step.operation, step.reason) for step in plan.by_hand),
        refusal=plan_words.refusal(plan.refusal) if plan.refusal else "",
        chats=counted(sum(plan.chats.values()), chat_words.CHATS),
        people=plan_words.linked_seats(plan.linked, plan.seats),
    )


def registry_of(school: Organization) -> str:
    return f"{reverse('registry')}?{urlencode({'school': school.key})}"


def _plan_page(request: SignedInRequest, prepared: Prepared, **said: str) -> HttpResponse:
    """A plan that nothing can be sent over yet is shown too, with what is missing in place of «Да»."""
    try:
        ready(prepared.organization, prepared.connection)
    except UnusableInput as problem:
        said["problem"] = str(problem)
    return _page(request, prepared.organization, shown=shown(prepared.plan), **said)


def _page(request: SignedInRequest, school: Organization, **context: Any) -> HttpResponse:
    template = "web/plan.html#plan" if request.htmx else "web/plan.html"
    return render(request, template, {"school": school, "registry": registry_of(school), **context})
