"""@vkid/sdk 2.6.7 (npm): VK's own SDK for browsers, in redirect mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.sandbox.names import Names
from tests.sandbox.witnesses.node import Driver, Refused, driver
from tests.sandbox.witnesses.signing_in import CLIENT_ID, SCOPE, KeepingTokens, go, person, registered, visitor
from tests.sandbox.witnesses.stand import Stand

__all__ = ["go", "person", "registered", "visitor"]

CLIENT = "@vkid/sdk"


class NotOurs(Exception):  # noqa: N818  the page's own, before it asks the SDK
    """What VK ID's redirect says is no code, or none that this page has asked for."""


class Client:
    redirect_uri = "https://app.school.test/callback"
    refusals = (Refused, NotOurs)

    def __init__(self, node: Driver) -> None:
        self.node, self.device = node, ""

    def begin(self) -> str:
        address: str = self.node.ask("begin", app=int(CLIENT_ID), redirectUrl=self.redirect_uri, scope=SCOPE)
        return address

    def come_back(self, address: str) -> dict[str, Any]:
        """In redirect mode it is the page that reads the address; the SDK keeps the state in its cookie."""
        told = dict(parse_qsl(urlsplit(address).query))
        if "code" not in told or told["state"] != self.node.ask("state"):
            raise NotOurs(told.get("error"))
        self.device = told["device_id"]
        tokens = self.node.ask("exchange", code=told["code"], device=self.device)
        return {**tokens, **self.user_info(tokens)}

    def user_info(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return dict(self.node.ask("userInfo", token=tokens["access_token"]))

    def public_info(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return dict(self.node.ask("publicInfo", token=tokens["id_token"]))

    def refresh(self, tokens: dict[str, Any]) -> dict[str, Any]:
        return dict(self.node.ask("refresh", token=tokens["refresh_token"], device=self.device))

    def logout(self, tokens: dict[str, Any]) -> Any:
        return self.node.ask("logout", token=tokens["access_token"])


@pytest.fixture(scope="module")
def node(names: Names) -> Iterator[Driver]:
    with driver("vkid_sdk.mjs", "@vkid/sdk", names) as running:
        yield running


@pytest.fixture
def client(stand: Stand, node: Driver) -> Client:
    return Client(node)


class TestVkIdSdk(KeepingTokens):
    pass


def test_what_vk_id_refuses_is_thrown_as_it_is(client: Client, go: Callable[[], str]) -> None:
    told = dict(parse_qsl(urlsplit(go()).query))
    with pytest.raises(Refused, match="code is missing or invalid") as caught:
        client.node.ask("exchange", code="vk2.a.nobody", device=told["device_id"])
    assert caught.value.type == "invalid_request"


def test_a_page_of_an_origin_that_is_not_registered_may_not_read_the_answers(stand: Stand, client: Client) -> None:
    with pytest.raises(Refused, match="Failed to fetch"):
        client.logout({"access_token": "x"})


def test_it_tells_its_statistics_first_and_is_answered(client: Client, registered: None) -> None:
    client.node.ask("paths")
    assert client.begin().startswith("https://id.vk.ru/authorize?")
    assert "/stat_events_vkid_sdk" in client.node.ask("paths")
