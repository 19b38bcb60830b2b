"""An application that sends its people to VK ID."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx2

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.browser import Browser

NAME = "Электронная школа"


@dataclass
class Application:
    sandbox: Sandbox
    client_id: str = "51000001"
    redirect_uri: str = "http://127.0.0.1:9/accounts/vk/login/callback/"
    secret: str = "тайна приложения"
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def register(self, **fields: Any) -> None:
        own = {"client_id": self.client_id, "client_secret": self.secret, "redirect_uris": [self.redirect_uri]}
        answer = self.sandbox.control("seed", {"apps": [{**own, "name": NAME, **fields}]})
        assert answer.status_code == 200, answer.text

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def address(self, **asked: str) -> str:
        """Of /authorize."""
        usual = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "state": "s" * 32,
            "code_challenge": self.challenge,
            "code_challenge_method": "s256",
        }
        return f"/authorize?{urlencode(usual | asked)}"

    def post(self, path: str, **asked: str) -> dict[str, Any]:
        """The JSON answer; VK ID answers 200 whatever happens."""
        answer = self.sandbox.http.post(f"/oauth2/{path}", data={"client_id": self.client_id} | asked)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        body: dict[str, Any] = answer.json()
        return body

    def exchange(self, told: dict[str, str], **asked: str) -> dict[str, Any]:
        usual = {
            "grant_type": "authorization_code",
            "code": told["code"],
            "code_verifier": self.verifier,
            "device_id": told["device_id"],
            "redirect_uri": self.redirect_uri,
            "state": "another",
        }
        return self.post("auth", **usual | asked)

    def refresh(self, tokens: dict[str, Any], told: dict[str, str], **asked: str) -> dict[str, Any]:
        usual = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        return self.post("auth", **usual | {"device_id": told["device_id"], "state": "third"} | asked)

    def connected(self, browser: Browser, choose: str = "Учебный профиль", **asked: str) -> dict[str, str]:
        """A person on this device goes the whole way; what the redirect tells."""
        browser.open(self.address(**asked)).press("Продолжить", choose=choose)
        return browser.press("Продолжить").told

    def tokens(self, browser: Browser, choose: str = "Учебный профиль", **asked: str) -> dict[str, Any]:
        """After the whole way and the exchange; with the device_id."""
        told = self.connected(browser, choose, **asked)
        return self.exchange(told) | {"device_id": told["device_id"]}


def error(body: dict[str, Any]) -> tuple[str, str]:
    assert body.keys() == {"error", "error_description", "state"}, body
    return body["error"], body["error_description"]


def names_of(answer: httpx2.Response) -> set[str]:
    """Of the cookies it sets."""
    return {line.partition("=")[0] for line in answer.headers.get_list("set-cookie")}
