"""django-allauth (PyPI), which the product stands on too: its own provider `vk`, in a site of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.sandbox.names import Names
from tests.sandbox.witnesses.node import HERE, Driver, Refused, asked
from tests.sandbox.witnesses.signing_in import CLIENT_ID, SCOPE, SECRET, SigningIn, go, person, registered, visitor
from tests.sandbox.witnesses.stand import Stand

__all__ = ["go", "person", "registered", "visitor"]

CLIENT = "django-allauth"


class Client:
    redirect_uri = "https://app.school.test/accounts/vk/login/callback/"
    refusals = (Refused,)

    def __init__(self, site: Driver, secret: str = SECRET) -> None:
        self.site, self.secret = site, secret

    def begin(self) -> str:
        address: str = self.site.ask("begin", client_id=CLIENT_ID, secret=self.secret, scope=SCOPE.split())
        return address

    def come_back(self, address: str) -> dict[str, Any]:
        return dict(self.site.ask("come_back", address=address))


@pytest.fixture(scope="module")
def site(names: Names) -> Iterator[Driver]:
    command = [sys.executable, str(HERE / "allauth_site.py"), str(names.port)]
    with asked(command, REQUESTS_CA_BUNDLE=str(names.authority)) as running:
        yield running


@pytest.fixture
def client(stand: Stand, site: Driver) -> Client:
    return Client(site)


class TestAllauth(SigningIn):
    pass


def test_the_number_of_the_study_profile_is_the_account(
    client: Client, go: Callable[[], str], person: dict[str, Any]
) -> None:
    told = client.come_back(go())
    assert (told["uid"], told["name"]) == (str(person["study_id"]), "Анна")


def test_a_wrong_secret_is_refused_as_vk_id_says_it(client: Client, go: Callable[[], str]) -> None:
    client.secret = "не та"
    with pytest.raises(Refused, match="client_secret is incorrect"):
        client.come_back(go())
