"""A refresh token is good once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application, error
from tests.sandbox.vkid.browser import Browser

REFRESH = ("invalid_token", "refresh_token is missing or invalid")


def test_what_applications_were_answered_is_counted_and_what_was_refused_is_not(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    visitor.open(app.address(response_type="token"))
    told = app.connected(visitor)
    given = app.exchange(told)
    app.exchange(told | {"device_id": "x"})
    app.refresh(given, told)
    app.post("user_info", access_token="x")
    app.post("auth", grant_type="x")
    once = ["/authorize", "/oauth2/auth authorization_code", "/oauth2/auth refresh_token"]
    assert sandbox.stats()["vk_id"] == dict.fromkeys(once, 1)


def test_a_refresh_token_becomes_new_tokens(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    first = app.tokens(visitor, scope="email phone")
    second = app.refresh(first, first)
    assert (second["user_id"], second["state"], second["expires_in"]) == (anna["study_id"], "third", 3600)
    assert second["scope"] == "vkid.personal_info email phone"
    assert not {*first.values()} & {second[name] for name in ("access_token", "refresh_token")}
    for given in (first, second):
        assert sandbox.response("users.get", given["access_token"])[0]["id"] == anna["study_id"]
    assert app.refresh(second, first)["user_id"] == anna["study_id"]


def test_an_old_refresh_token_ends_the_login(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    first, other = app.tokens(visitor), app.tokens(visitor)
    second = app.refresh(first, first)
    assert error(app.refresh(first, first)) == REFRESH
    assert error(app.refresh(second, first)) == REFRESH
    assert sandbox.error("users.get", second["access_token"])[0] == 5
    assert sandbox.response("users.get", other["access_token"])


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"refresh_token": ""}, REFRESH),
        ({"refresh_token": "vk2.a.x"}, REFRESH),
        ({"device_id": ""}, ("invalid_request", "device_id is invalid")),
        ({"device_id": "x"}, ("invalid_request", "device_id is invalid")),
        ({"client_secret": "x"}, ("invalid_client", "client_secret is incorrect")),
    ],
)
def test_whoever_lacks_a_part_gets_nothing_and_the_token_stays(
    app: Application, visitor: Browser, anna: dict[str, Any], asked: dict[str, str], wrong: tuple[str, str]
) -> None:
    given = app.tokens(visitor)
    assert error(app.refresh(given, given, **asked)) == wrong
    assert app.refresh(given, given)["user_id"] == anna["study_id"]


def test_a_refresh_token_is_good_for_180_days(
    app: Application, visitor: Browser, anna: dict[str, Any], pass_time: Any
) -> None:
    in_time, late = app.tokens(visitor), app.tokens(visitor)
    pass_time(180 * 24 * 3600 - 5)
    assert app.refresh(in_time, in_time)["user_id"] == anna["study_id"]
    pass_time(6)
    assert error(app.refresh(late, late)) == REFRESH


def test_a_scope_can_be_narrowed_and_never_widened(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    first = app.tokens(visitor, scope="email")
    second = app.refresh(first, first, scope="vkid.personal_info phone messages")
    assert second["scope"] == "vkid.personal_info"
    assert "email" not in app.post("user_info", access_token=second["access_token"])["user"]
    assert app.refresh(second, first)["scope"] == "vkid.personal_info email"
