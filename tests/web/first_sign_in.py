"""Going through «Первый вход»."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client

from peremena.audit.acts import Actor
from peremena.school.activation import issue
from peremena.school.models import Organization, Person

CODE_PAGE, ACCOUNT_PAGE = "/accounts/activate/", "/accounts/activate/account/"
OWN = "seven-other-invented-words"
WRONG = "CHKM-PTX2-3456-789C"


def code_of(person: Person) -> str:
    return issue([person.pk], Organization.objects.get(key="demo"), actor=Actor.system("tests"))[person.pk]


def prove(client: Client, code: str) -> HttpResponse:
    response = client.post(CODE_PAGE, {"code": code})
    assert (response.status_code, response.headers["Location"]) == (302, ACCOUNT_PAGE)
    return response


def choose(client: Client, username: str = "sidorova", password: str = OWN, again: str | None = None) -> HttpResponse:
    told = {"username": username, "password": password, "again": password if again is None else again}
    return client.post(ACCOUNT_PAGE, told)
