"""The way to VK ID and back, as a browser goes it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse
from django.test import Client

from peremena.school.models import Account, Person
from tests import school_rows as rows
from tests.web.reading import elements, texts

PAGE, START = "/external-systems/", "/external-systems/vk/link/"
BACK, UNLINK = "/external-systems/vk/callback/", "/external-systems/vk/unlink/"
PROFILE = "800000001"
AGAIN = f"{PAGE}?next=%2Fsomewhere%2F%3Fpage%3D2"


def link_to(person: Person, profile: str) -> Account:
    with rows.writing():
        return Account.objects.create(person=person, messenger="vk", external_id=profile)


def linked() -> set[tuple[int, str]]:
    """Of those whom the tests themselves have linked."""
    found = Account.objects.filter(ended_at=None).exclude(external_id__startswith="100")
    return set(found.values_list("person", "external_id"))


def asked_for(client: Client, back: str = "/somewhere/?page=2") -> dict[str, str]:
    """What the browser carries to VK ID."""
    response = client.post(START, {"next": back})
    assert response.status_code == 302, response.content
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def come_back(client: Client, **told: str) -> HttpResponse:
    usual = {"code": "c", "device_id": "d", "type": "code_v2", "expires_in": "600"}
    return client.get(BACK, usual | told)  # type: ignore[return-value]


def said(client: Client, response: HttpResponse, where: str) -> list[str]:
    """The messages on the page that the response leads to."""
    assert (response.status_code, response.headers["Location"]) == (302, where)
    page = client.get(where)
    found = elements(page, "div", role="alert") + elements(page, "div", role="status")
    return texts(page, "div", role="alert") + texts(page, "div", role="status") if found else []
