"""The progress of a run, asked for every second by whoever looks at it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from peremena.web import access
from peremena.web.progress import progress_of
from peremena.web.sign_in import SignedInRequest


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    found, now = access.run_for(request.user, pk), timezone.now()
    if not request.htmx:
        return render(request, "web/run.html", {"progress": progress_of(found, now, shown=None)})
    progress = progress_of(found, now)
    response = render(request, "web/run.html#progress", {"progress": progress})
    return response if progress.is_open else trigger_client_event(response, "run-finished")
