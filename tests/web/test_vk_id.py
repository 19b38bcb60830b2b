"""What goes to VK ID and comes from there: believed only when it is in order, told in words when it is not."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from peremena.school.models import Person
from peremena.web import vk_id as web_vk_id
from peremena.web.wording import linking as words
from tests import school_rows as rows
from tests.web.linking import AGAIN, BACK, PAGE, PROFILE, START, asked_for, come_back, linked, said
from tests.web.vk_id import TOKEN, Answer, VkId, told


def test_the_way_to_vk_carries_a_challenge_a_state_and_the_public_address(
    person: Person, vk_id: VkId, client: Client
) -> None:
    response = client.post(START)
    assert response.headers["Location"].startswith(f"{vk_id.url}/authorize?")
    asked = dict(parse_qsl(urlsplit(response.headers["Location"]).query))
    assert asked.pop("state") != asked_for(client)["state"]
    assert re.fullmatch(r"[\w-]{43}", asked.pop("code_challenge"))
    assert asked == {
        "client_id": "51000001",
        "redirect_uri": f"https://chats.school.test{BACK}",
        "response_type": "code",
        "code_challenge_method": "S256",
        "scope": "vkid.personal_info",
    }
    assert len(asked_for(client)["state"]) == 48


def test_a_secret_goes_with_the_code_where_there_is_one(person: Person, vk_id: VkId, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VK_ID_CLIENT_SECRET = "protected"
    come_back(client, state=asked_for(client)["state"])
    assert [form.get("client_secret") for _, form in vk_id.asked] == ["protected", None, None]


@pytest.mark.parametrize("state", ["", "invented", "used"])
def test_a_state_that_this_session_has_not_given_out_is_not_believed(
    person: Person, vk_id: VkId, client: Client, state: str
) -> None:
    if state == "used":
        state = asked_for(client)["state"]
        come_back(client, state=state, error="access_denied")
        client.get(PAGE)
    assert said(client, come_back(client, state=state), f"{PAGE}?next=%2F") == [words.TROUBLES["stale"]]
    assert (linked(), vk_id.asked) == (set(), [])


def test_another_session_cannot_use_the_state(person: Person, vk_id: VkId, client: Client) -> None:
    """Somebody is sent an address of the way back, to link his account with a stranger's profile."""
    state = asked_for(client)["state"]
    with rows.writing():
        victim = rows.person("Сидорова", user=rows.user("victim"))
    other = Client()
    assert victim.user
    other.force_login(victim.user)
    assert said(other, come_back(other, state=state), f"{PAGE}?next=%2F") == [words.TROUBLES["stale"]]
    assert (linked(), vk_id.asked) == (set(), [])


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        ("access_denied", "cancelled"),
        ("server_error", "unreachable"),
        ("invalid_client", "misconfigured"),
        ("x", "refused"),
    ],
)
def test_a_refusal_on_vks_page_is_told(person: Person, vk_id: VkId, client: Client, error: str, trouble: str) -> None:
    state = asked_for(client)["state"]
    response = client.get(BACK, {"state": state, "error": error, "error_description": "<b>"})
    assert said(client, response, AGAIN) == [words.TROUBLES[trouble]]  # type: ignore[arg-type]
    assert (linked(), vk_id.asked) == (set(), [])


def slow() -> Answer:
    time.sleep(0.6)
    return told({})


@pytest.mark.parametrize("path", ["/oauth2/auth", "/oauth2/user_info"])
@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (
            partial(told, {"error": "invalid_request", "error_description": "code is missing or invalid"}),
            "code_refused",
        ),
        (partial(told, {"error": "slow_down"}), "unreachable"),
        (partial(told, {}, 503), "unreachable"),
        (partial(told, {}, 404), "garbled"),
        (partial(told, {}, 302), "garbled"),
        (partial(told, {}), "garbled"),
        (partial(told, []), "garbled"),
        (partial(told, None), "garbled"),
        (partial(told, {"user": {"user_id": "../1"}}), "garbled"),
        (lambda: (200, b"<html>"), "garbled"),
        (slow, "unreachable"),
    ],
)
def test_what_vk_answers_wrongly_is_told_and_nothing_is_lost(
    person: Person,
    vk_id: VkId,
    client: Client,
    path: str,
    answer: Callable[[], Answer],
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_vk_id, "WITHIN", (0.3, 0.3))
    vk_id.answers[path] = answer
    response = come_back(client, state=asked_for(client)["state"])
    assert said(client, response, AGAIN) == [words.TROUBLES[trouble]]
    assert linked() == set()
    got_token = path != "/oauth2/auth"
    assert ("/oauth2/revoke" in vk_id.paths) == got_token


def test_vk_that_is_not_there_is_told(person: Person, vk_id: VkId, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VK_ID_URL = "http://127.0.0.1:9"
    response = come_back(client, state=asked_for(client)["state"])
    assert said(client, response, AGAIN) == [words.TROUBLES["unreachable"]]


def test_a_token_that_could_not_be_revoked_does_not_stand_in_the_way_and_is_not_logged(
    person: Person, vk_id: VkId, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    vk_id.answers["/oauth2/revoke"] = lambda: told({}, 500)
    caplog.set_level(logging.DEBUG)
    come_back(client, state=asked_for(client)["state"])
    assert linked() == {(person.pk, PROFILE)}
    assert "a token was not revoked (unreachable)" in caplog.text
    assert TOKEN not in caplog.text
