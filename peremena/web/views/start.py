"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from peremena.web import access
from peremena.web.sign_in import SignedInRequest


@require_safe
def start(request: SignedInRequest) -> HttpResponse:
    """Whoever administers goes to his registry, everybody else to his own chats."""
    return redirect("registry" if access.administers(request.user) else "own_chats")
