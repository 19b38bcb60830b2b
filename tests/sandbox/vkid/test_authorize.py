"""Who may send people to VK ID, and to where they are sent back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.process import Sandbox, running
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"client_id": "51000002"}, "стенду не известно"),
        ({"client_id": ""}, "стенду не известно"),
        ({"redirect_uri": "http://127.0.0.1:9/accounts/vk/login/callback"}, "не записан"),
        ({"redirect_uri": "http://127.0.0.1:9/accounts/vk/login/callback/?next=/"}, "не записан"),
        ({"redirect_uri": "https://127.0.0.1:9/accounts/vk/login/callback/"}, "не записан"),
        ({"redirect_uri": "http://evil.example/"}, "не записан"),
        ({"redirect_uri": "//evil.example/"}, "не записан"),
        ({"redirect_uri": "javascript:alert(1)"}, "не записан"),
        ({"redirect_uri": ""}, "не записан"),
        ({"redirect_uri": "http://evil.example/", "response_type": "token"}, "не записан"),
        ({"redirect_uri": "http://evil.example/", "prompt": "none"}, "не записан"),
    ],
)
def test_nobody_is_redirected_to_where_no_seed_allowed(
    app: Application, sandbox: Sandbox, asked: dict[str, str], said: str
) -> None:
    answer = sandbox.http.get(app.address(**asked))
    assert (answer.status_code, answer.headers.get("location")) == (400, None)
    assert said in answer.text
    assert "evil.example" not in answer.text + answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"response_type": "token"}, ("invalid_request", "response_type is missing or invalid")),
        ({"code_challenge": ""}, ("invalid_request", "code_challenge is missing or invalid")),
        ({"code_challenge": "x" * 42}, ("invalid_request", "code_challenge is missing or invalid")),
        ({"code_challenge_method": "plain"}, ("invalid_request", "code_challenge_method is missing or invalid")),
        ({"code_challenge_method": ""}, ("invalid_request", "code_challenge_method is missing or invalid")),
        ({"state": "s" * 2001}, ("invalid_request", "state is invalid")),
        ({"prompt": "none"}, ("login_required", "the person has to be asked")),
    ],
)
def test_an_application_is_told_its_mistake_and_gets_its_state_back(
    app: Application, visitor: Browser, asked: dict[str, str], error: tuple[str, str]
) -> None:
    told = visitor.open(app.address(**asked)).told
    assert (told["error"], told["error_description"]) == error
    assert told["state"] == asked.get("state", "s" * 32)
    assert told.keys() == {"error", "error_description", "state"}


def test_without_asking_nobody_is_signed_in_though_he_is_known(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    assert visitor.open(app.address(prompt="none")).told["error"] == "interaction_required"


@pytest.mark.parametrize("method", ["s256", "S256"])
def test_what_is_not_known_is_ignored_and_the_method_is_read_in_any_case(
    app: Application, visitor: Browser, anna: dict[str, Any], method: str
) -> None:
    noise = {"provider": "ok_ru", "lang_id": "3", "action": "e30=", "sdk_type": "vkid", "v": "2.6.7", "uuid": "x"}
    visitor.open(app.address(code_challenge_method=method, **noise))
    assert visitor.heading == "Аккаунты на этом устройстве"


def test_a_padded_challenge_is_the_same_challenge(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    told = app.connected(visitor, code_challenge=f"{app.challenge}=")
    assert app.exchange(told)["user_id"] == anna["study_id"]


def test_a_redirect_with_a_query_of_its_own_keeps_it(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    app.redirect_uri = "http://127.0.0.1:9/callback?school=7"
    app.register()
    told = app.connected(visitor)
    assert told["school"] == "7"
    assert app.exchange(told)["user_id"] == anna["study_id"]


def test_without_a_state_none_comes_back(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    assert "state" not in app.connected(visitor, state="")


@pytest.mark.parametrize(("scheme", "shown"), [("dark", "dark"), ("space_gray", "dark"), ("light", "light"), ("x", "")])
def test_a_scheme_can_be_asked_for(
    app: Application, visitor: Browser, anna: dict[str, Any], scheme: str, shown: str
) -> None:
    assert f'<body class="{shown}">' in visitor.open(app.address(scheme=scheme)).answer.text


def test_a_login_can_be_asked_for_though_somebody_is_known(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    assert visitor.open(app.address(prompt="login")).url.endswith("/signin")
    assert visitor.open(app.address(prompt="select_account consent")).url.endswith("/accounts")


@pytest.mark.parametrize(
    ("app", "said"),
    [
        ({}, "apps[0]: client_id — строка из цифр"),
        ({"client_id": 51}, "apps[0]: client_id — строка из цифр"),
        ({"client_id": "peremena"}, "apps[0]: client_id — строка из цифр"),
        ({"client_id": "51"}, "apps[0]: redirect_uris — список полных адресов http или https без решётки"),
        *(
            (
                {"client_id": "51", "redirect_uris": [address]},
                "apps[0]: redirect_uris — список полных адресов http или https без решётки",
            )
            for address in (
                "/callback",
                "javascript:alert(1)",
                "http://127.0.0.1:9/#x",
                "http://a;script-src *.example/",
                "http://a b/",
                "http://user@127.0.0.1/",
                "http://[/",
                7,
            )
        ),
        (
            {"client_id": "51", "redirect_uris": ["http://a/"], "name": 1},
            "apps[0]: name и client_secret — строки до 200",
        ),
        ({"client_id": "51", "url": ""}, "apps[0]: ожидается объект с полями client_id, client_secret, name"),
    ],
)
def test_an_application_is_registered_right_or_not_at_all(sandbox: Sandbox, app: Any, said: str) -> None:
    answer = sandbox.control("seed", {"apps": [app]})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(said)


def test_an_application_is_told_of_without_its_secret_and_keeps_what_is_not_given(sandbox: Sandbox) -> None:
    first = {"client_id": "51", "client_secret": "s", "name": "Школа", "redirect_uris": ["http://a/"]}
    told = {"client_id": "51", "name": "Школа", "redirect_uris": ["http://a/"]}
    assert sandbox.control("seed", {"apps": [first]}).json() == {"users": [], "community": None, "apps": [told]}
    again = sandbox.control("seed", {"apps": [{"client_id": "51", "redirect_uris": ["http://b/"]}]}).json()
    assert again["apps"] == [told | {"redirect_uris": ["http://b/"]}]


def test_an_attempt_and_what_was_given_survive_a_new_process(tmp_path: Any) -> None:
    person = {"key": "a", "first_name": "А", "last_name": "Б", "profiles": ["vk", "study"], "device": True}
    with running("--state", str(tmp_path)) as sandbox:
        app, visitor = Application(sandbox), Browser(sandbox.url)
        app.register()
        [seeded] = sandbox.seed(person)["users"]
        given = app.tokens(visitor)
        visitor.open(app.address()).press("Продолжить", choose="Учебный профиль")
    with running("--state", str(tmp_path)) as sandbox:
        way = visitor.url.replace(visitor.origin, sandbox.url)
        app.sandbox, visitor.origin = sandbox, sandbox.url
        told = visitor.open(way).press("Продолжить").told
        visitor.http.close()
        assert app.exchange(told)["user_id"] == seeded["study_id"]
        assert app.post("user_info", access_token=given["access_token"])["user"]["first_name"] == "А"
        assert app.post("public_info", id_token=given["id_token"])["user"]["last_name"] == "Б."
