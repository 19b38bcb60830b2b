"""How the pages of VK ID and of the messenger are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from vk_sandbox.control.apps import origin_of


class SeeOther(HttpResponseRedirect):
    """To be fetched by GET, whatever came before."""

    status_code = 303


def page(
    request: HttpRequest,
    name: str,
    context: Mapping[str, Any] | None = None,
    *,
    redirect_uri: str = "",
    status: int = 200,
    of: str = "vkid",
) -> HttpResponse:
    """A page with forms. They may be sent to us, and lead on to `redirect_uri`: browsers judge where a form ends up."""
    response = render(request, f"vk_sandbox/{of}/{name}.html", dict(context or {}), status=status)
    targets = f"'self' {origin_of(redirect_uri)}" if redirect_uri else "'self'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; base-uri 'none'; form-action {targets}; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "same-origin"  # without it a form comes with the origin `null`
    return response


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not sent from our page, or so long ago that its cookie is gone."""
    return page(request, "stale", status=403)


def only(request: HttpRequest, *methods: str) -> HttpResponse | None:
    """The refusal of any other method."""
    if request.method in methods:
        return None
    return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
