"""What a person sees after too many wrong passwords."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def too_many_attempts(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """429 with a page in Russian; named in AXES_LOCKOUT_CALLABLE."""
    return render(request, "account/too_many_attempts.html", status=429)
