"""Authlib 1.9.9 (PyPI): knows OAuth 2.0 and nothing of VK."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.errors import MismatchingStateException

from tests.sandbox.witnesses.roads import lead_requests
from tests.sandbox.witnesses.signing_in import (
    CLIENT_ID,
    SCOPE,
    KeepingTokens,
    go,
    person,
    registered,
    visitor,
)
from tests.sandbox.witnesses.stand import Stand

__all__ = ["go", "person", "registered", "visitor"]

CLIENT = "Authlib"
VK_ID = "https://id.vk.ru"


class Client:
    redirect_uri = "https://app.school.test/callback"
    refusals = (OAuthError, MismatchingStateException)

    def __init__(self) -> None:
        self.session = OAuth2Session(
            CLIENT_ID,
            scope=SCOPE,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
            token_endpoint=f"{VK_ID}/oauth2/auth",
        )
        self.state, self.verifier = "", "v" * 48
        self.device = ""

    def begin(self) -> str:
        address, self.state = self.session.create_authorization_url(f"{VK_ID}/authorize", code_verifier=self.verifier)
        return str(address)

    def come_back(self, address: str) -> dict[str, Any]:
        self.device = dict(part.split("=") for part in address.partition("?")[2].split("&")).get("device_id", "")
        tokens: dict[str, Any] = self.session.fetch_token(
            authorization_response=address,
            state=self.state,
            code_verifier=self.verifier,
            client_id=CLIENT_ID,
            device_id=self.device,
        )
        return {**tokens, **self.user_info(tokens)}

    def refresh(self, tokens: dict[str, Any]) -> dict[str, Any]:
        given = {"refresh_token": tokens["refresh_token"], "client_id": CLIENT_ID, "device_id": self.device}
        return dict(self.session.refresh_token(**given))

    def user_info(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return self._told("user_info", access_token=tokens["access_token"])

    def public_info(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return self._told("public_info", id_token=tokens["id_token"])

    def logout(self, tokens: dict[str, Any]) -> Any:
        return self._told("logout", access_token=tokens["access_token"])

    def revoke(self, tokens: dict[str, Any]) -> Any:
        """By the standard's own call, whose parameters VK ID has under other names."""
        more = urlencode({"client_id": CLIENT_ID, "access_token": tokens["access_token"]})
        return self.session.revoke_token(f"{VK_ID}/oauth2/revoke", token=tokens["access_token"], body=more).json()

    def _told(self, path: str, **asked: str) -> dict[str, Any]:
        """Authlib leaves reading these answers to whoever uses it; its own error says what they say."""
        answer = self.session.post(f"{VK_ID}/oauth2/{path}", data=asked | {"client_id": CLIENT_ID}, withhold_token=True)
        told: dict[str, Any] = answer.json()
        if "error" in told:
            raise OAuthError(told["error"], told["error_description"])
        return told


@pytest.fixture
def client(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Client:
    lead_requests(monkeypatch, stand)
    return Client()


class TestAuthlib(KeepingTokens):
    pass


def test_it_says_what_vk_id_says(client: Client, go: Callable[[], str]) -> None:
    back = go()
    client.verifier = "w" * 48
    with pytest.raises(OAuthError, match="verifier is missing or invalid") as caught:
        client.come_back(back)
    assert caught.value.error == "invalid_request"


def test_whoever_had_the_code_too_does_not_keep_what_it_gave(client: Client, go: Callable[[], str]) -> None:
    back = go()
    tokens = client.come_back(back)
    for _ in range(2):
        with pytest.raises(OAuthError, match="code is missing or invalid"):
            client.come_back(back)
    with pytest.raises(OAuthError, match="access_token is missing or invalid"):
        client.user_info(tokens)


def test_a_consent_that_is_taken_back_ends_everything(client: Client, go: Callable[[], str]) -> None:
    tokens = client.come_back(go())
    assert client.revoke(tokens) == {"response": 1}
    with pytest.raises(OAuthError) as caught:
        client.refresh(tokens)
    assert caught.value.error == "invalid_token"
