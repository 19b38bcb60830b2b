"""The whole way to VK ID and back, the same for every client: inherit `SigningIn` and give it a fixture `client`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.clock import pass_time
from tests.sandbox.vkid.telephone import codes
from tests.sandbox.witnesses.roads import browser
from tests.sandbox.witnesses.stand import Stand

CLIENT_ID, SECRET = "51000001", "тайна приложения"
PHONE = "+79990000001"
ANNA = {
    "key": "anna",
    "first_name": "Анна",
    "last_name": "Белова",
    "sex": 1,
    "birthday": "1991-03-08",
    "phone": PHONE,
    "email": "anna@school.example",
    "profiles": ["vk", "study"],
}
SCOPE = "vkid.personal_info email phone"
TEN_MINUTES, AN_HOUR = 600, 3600


class Client(Protocol):
    """What it raises when it believes VK ID has refused, or somebody else answers in its place, is `refusals`."""

    redirect_uri: str
    refusals: tuple[type[Exception], ...]

    def begin(self) -> str:
        """The address at VK ID that a person is sent to."""

    def come_back(self, address: str) -> dict[str, Any]:
        """He was redirected here: who he is, as VK ID tells it, and the tokens where the client shows them."""


class Tokens(Client, Protocol):
    """Of clients that can do more with tokens than ask whose they are."""

    def user_info(self, tokens: dict[str, Any]) -> dict[str, Any]: ...

    def public_info(self, tokens: dict[str, Any]) -> dict[str, Any]: ...

    def refresh(self, tokens: dict[str, Any]) -> dict[str, Any]: ...

    def logout(self, tokens: dict[str, Any]) -> Any: ...


@pytest.fixture
def person(stand: Stand) -> dict[str, Any]:
    seeded: dict[str, Any] = stand.sandbox.seed(ANNA)["users"][0]
    return seeded


@pytest.fixture
def visitor(stand: Stand, person: dict[str, Any]) -> Iterator[Browser]:
    """Anna's browser, where nobody knows her yet."""
    visitor = browser(stand)
    with visitor.http:
        yield visitor


@pytest.fixture
def registered(stand: Stand, client: Client) -> None:
    app = {"client_id": CLIENT_ID, "client_secret": SECRET, "name": "Электронная школа"}
    ordered = stand.sandbox.control("seed", {"apps": [app | {"redirect_uris": [client.redirect_uri]}]})
    assert ordered.status_code == 200, ordered.text


@pytest.fixture
def go(stand: Stand, client: Client, registered: None, visitor: Browser) -> Callable[[], str]:
    """Anna goes where the client sends her, signs in and allows it; where she is redirected to."""

    def go() -> str:
        visitor.open(client.begin()).press("Продолжить", Телефон_или_почта=PHONE)
        visitor.press("Продолжить", Код=codes(stand.sandbox, PHONE)[0])
        assert visitor.heading == "Аккаунты на этом устройстве", visitor.text
        visitor.press("Продолжить", choose="Учебный профиль").press("Продолжить")
        assert visitor.left.startswith(f"{client.redirect_uri}?"), visitor.text
        return visitor.left

    return go


def with_other(address: str, **changed: str) -> str:
    """The same redirect, somewhat forged."""
    before, _, query = address.partition("?")
    return f"{before}?{urlencode(dict(parse_qsl(query)) | changed)}"


class SigningIn:
    def test_a_study_profile_is_chosen_and_known(
        self, client: Client, go: Callable[[], str], person: dict[str, Any]
    ) -> None:
        user = client.come_back(go())["user"]
        assert (str(user["user_id"]), user["first_name"]) == (str(person["study_id"]), "Анна")
        assert (user["email"], user["phone"]) == ("anna@school.example", "79990000001")

    def test_who_declines_is_an_error_of_the_clients_own(
        self, client: Client, registered: None, visitor: Browser
    ) -> None:
        visitor.open(client.begin()).press("Отмена")
        assert dict(parse_qsl(urlsplit(visitor.left).query))["error"] == "access_denied"
        with pytest.raises(client.refusals):
            client.come_back(visitor.left)

    def test_a_state_of_somebody_elses_is_refused(self, client: Client, go: Callable[[], str]) -> None:
        with pytest.raises(client.refusals):
            client.come_back(with_other(go(), state="x" * 32))

    def test_a_code_of_nobodys_is_refused(self, client: Client, go: Callable[[], str]) -> None:
        with pytest.raises(client.refusals):
            client.come_back(with_other(go(), code="vk2.a.nobody"))

    def test_a_code_for_another_device_is_refused(self, client: Client, go: Callable[[], str]) -> None:
        with pytest.raises(client.refusals):
            client.come_back(with_other(go(), device_id="another"))

    def test_a_code_is_refused_after_ten_minutes(self, client: Client, go: Callable[[], str], state: Path) -> None:
        back = go()
        pass_time(state, TEN_MINUTES)
        with pytest.raises(client.refusals):
            client.come_back(back)

    def test_a_code_is_good_once(self, client: Client, go: Callable[[], str]) -> None:
        back = go()
        client.come_back(back)
        with pytest.raises(client.refusals):
            client.come_back(back)


class KeepingTokens(SigningIn):
    def test_less_is_told_for_an_id_token(self, client: Tokens, go: Callable[[], str], person: dict[str, Any]) -> None:
        user = client.public_info(client.come_back(go()))["user"]
        assert (user["user_id"], user["last_name"]) == (str(person["study_id"]), "Б.")
        assert user["phone"] == "+7 *** *** ** 01"

    def test_a_refresh_token_is_good_once(self, client: Tokens, go: Callable[[], str], state: Path) -> None:
        first = client.come_back(go())
        pass_time(state, AN_HOUR)
        with pytest.raises(client.refusals):
            client.user_info(first)
        second = client.refresh(first)
        assert client.user_info(second)["user"]["first_name"] == "Анна"
        assert second["refresh_token"] != first["refresh_token"]
        with pytest.raises(client.refusals):
            client.refresh(first)
        with pytest.raises(client.refusals):  # nor is the newer one any more: who can tell which of the two stole it
            client.refresh(second)

    def test_after_a_logout_no_token_is_good(self, client: Tokens, go: Callable[[], str]) -> None:
        tokens = client.come_back(go())
        client.logout(tokens)
        for act in (client.user_info, client.public_info, client.refresh, client.logout):
            with pytest.raises(client.refusals):
                act(tokens)
