from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.views import defaults

from peremena.accounts.models import User
from tests.web.reading import elements, texts


@pytest.mark.parametrize(
    ("status", "heading"),
    [(400, "Запрос не понят"), (403, "Доступ закрыт"), (404, "Такой страницы нет"), (500, "Что-то сломалось")],
)
def test_errors_are_whole_pages_in_russian(status: int, heading: str, rf: RequestFactory) -> None:
    request = rf.get("/")
    answers: dict[int, Callable[[], HttpResponse]] = {
        400: lambda: defaults.bad_request(request, SuspiciousOperation()),
        403: lambda: defaults.permission_denied(request, PermissionDenied()),
        404: lambda: defaults.page_not_found(request, Exception()),
        500: lambda: defaults.server_error(request),
    }
    response = answers[status]()
    assert (response.status_code, texts(response, "h1")) == (status, [heading])
    assert len(elements(response, "main")) == 1
    assert [dict(link.attributes)["href"] for link in elements(response, "a")] == ["/"]


def test_a_stale_form_is_told_so(administrator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    response = strict.post("/registry/demo/runs/")
    assert (response.status_code, texts(response, "h1")) == (403, ["Страница устарела"])


def test_too_many_requests_are_told_so(client: Client, db: None) -> None:
    codes = [client.post("/accounts/login/", {}).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    assert texts(client.post("/accounts/login/", {}), "h1") == ["Слишком много запросов"]


def test_what_does_not_exist_says_so_to_anybody(client: Client, db: None) -> None:
    response = client.get("/there-is-no-such-page/")
    assert (response.status_code, texts(response, "h1")) == (404, ["Такой страницы нет"])
