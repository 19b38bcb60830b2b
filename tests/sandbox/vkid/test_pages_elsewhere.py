"""What pages of other origins may ask: CORS, and VK's SDK for browsers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser

OWN = "http://127.0.0.1:9"
PATHS = ["oauth2/auth", "oauth2/user_info", "oauth2/public_info", "oauth2/logout", "oauth2/revoke"]
PATHS += ["vkid_sdk_get_config", "stat_events_vkid_sdk"]


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_a_registered_origin_may_read_the_answer_and_no_others(
    app: Application, sandbox: Sandbox, path: str
) -> None:
    for method in ("POST", "OPTIONS"):
        answer = sandbox.http.request(method, f"/{path}", headers={"Origin": OWN})
        assert answer.headers["access-control-allow-origin"] == OWN
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert answer.headers["vary"] == "Origin"
        for origin in ("http://127.0.0.1:99", "http://evil.example", "null", ""):
            answer = sandbox.http.request(method, f"/{path}", headers={"Origin": origin})
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["vkid_sdk_get_config", "stat_events_vkid_sdk"])
def test_the_sdk_is_told_nothing(sandbox: Sandbox, path: str) -> None:
    answer = sandbox.http.post(f"/{path}?app_id=51", data={"v": "5.207"})
    assert (answer.status_code, answer.json()) == (200, {"response": {}})


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_told_to_a_get(app: Application, sandbox: Sandbox, path: str) -> None:
    body = sandbox.http.get(f"/{path}").json()
    assert (body["error"], body["error_description"]) == ("invalid_request", "POST is expected")


def test_the_pages_of_vk_id_are_for_no_other_page(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    visitor.http.headers["Origin"] = OWN
    assert "access-control-allow-origin" not in visitor.open(app.address()).answer.headers


def test_a_broken_body_is_an_invalid_request(app: Application, sandbox: Sandbox) -> None:
    answer = sandbox.http.post("/oauth2/auth", content=b"--", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["error"]) == (200, "invalid_request")
