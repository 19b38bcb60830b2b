"""Nothing is shown to nobody: every page wants a signed-in person unless it says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from peremena.accounts.models import User


class SignedInRequest(HttpRequest):
    """What a view gets: SignInRequired has let nobody else through."""

    user: User
    htmx: HtmxDetails


class SignInRequired(LoginRequiredMiddleware):
    def handle_no_permission(  # type: ignore[override]  # htmx is redirected by a header
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """A fragment is not replaced by a whole sign-in page: the browser goes there and comes back."""
        htmx = HtmxDetails(request)
        if not htmx:
            return super().handle_no_permission(request, view_func)
        back = urlencode({"next": htmx.current_url_abs_path or "/"})
        return HttpResponseClientRedirect(f"{resolve_url(self.get_login_url(view_func))}?{back}")

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Pages are about children: the next person at this computer must not find them by «назад»."""
        patch_vary_headers(response, ["HX-Request"])
        add_never_cache_headers(response)
        return response
