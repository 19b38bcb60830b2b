"""A code becomes tokens once, for the one it was given to."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application, error
from tests.sandbox.vkid.browser import Browser

CODE = ("invalid_request", "code is missing or invalid")
VERIFIER = ("invalid_request", "verifier is missing or invalid")
TOKEN = ("invalid_token", "access_token is missing or invalid")
ID_TOKEN = ("invalid_request", "id_token is missing or invalid")


def test_a_code_becomes_tokens_of_the_chosen_profile(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    for choose, number in (("Учебный профиль", anna["study_id"]), ("VK ID", anna["id"])):
        body = app.exchange(app.connected(visitor, choose))
        secret = {name: body.pop(name) for name in ("access_token", "refresh_token", "id_token")}
        assert body == {
            "token_type": "Bearer",
            "expires_in": 3600,
            "user_id": number,
            "state": "another",
            "scope": "vkid.personal_info",
        }
        assert len({*secret.values()}) == 3
        assert sandbox.response("users.get", secret["access_token"])[0]["id"] == number


def test_the_state_of_this_request_comes_back_and_no_other(
    app: Application, visitor: Browser, anna: dict[str, Any]
) -> None:
    assert app.exchange(app.connected(visitor), state="own")["state"] == "own"
    assert app.exchange(app.connected(visitor), state="")["state"] == ""
    assert app.exchange({"code": "x", "device_id": "y"}, state="own")["state"] == "own"


def test_parameters_travel_in_the_query_the_form_or_both(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    def ask(told: dict[str, str], in_form: set[str]) -> int:
        every = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "code": told["code"],
            "code_verifier": app.verifier,
            "device_id": told["device_id"],
            "redirect_uri": app.redirect_uri,
        }
        query = {name: value for name, value in every.items() if name not in in_form}
        form = {name: value for name, value in every.items() if name in in_form}
        body: dict[str, Any] = sandbox.http.post("/oauth2/auth", params=query, data=form).json()
        return int(body["user_id"])

    for in_form in (set(), {"code"}, {"code", "client_id", "code_verifier", "device_id", "redirect_uri", "grant_type"}):
        assert ask(app.connected(visitor), in_form) == anna["study_id"]


def test_a_code_is_good_once_and_a_second_use_ends_the_login(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    told = app.connected(visitor)
    first = app.exchange(told)
    assert error(app.exchange(told)) == CODE
    assert sandbox.error("users.get", first["access_token"])[0] == 5
    assert error(app.post("user_info", access_token=first["access_token"]) | {"state": ""}) == TOKEN
    assert "error" in app.refresh(first, told)


def test_a_code_is_good_for_ten_minutes(
    app: Application, visitor: Browser, anna: dict[str, Any], pass_time: Any
) -> None:
    told, late = app.connected(visitor), app.connected(visitor)
    pass_time(595)
    assert app.exchange(told)["user_id"] == anna["study_id"]
    pass_time(6)
    assert error(app.exchange(late)) == CODE


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"code": ""}, CODE),
        ({"code": "vk2.a.x"}, CODE),
        ({"code_verifier": ""}, VERIFIER),
        ({"code_verifier": "x" * 64}, VERIFIER),
        ({"device_id": ""}, ("invalid_request", "device_id is invalid")),
        ({"device_id": "x"}, ("invalid_request", "device_id is invalid")),
        ({"redirect_uri": ""}, ("invalid_request", "redirect_uri is missing or invalid")),
        ({"redirect_uri": "http://127.0.0.1:9/"}, ("invalid_request", "redirect_uri is missing or invalid")),
        ({"client_id": "51000009"}, ("invalid_client", "client_id is missing or invalid")),
        ({"client_secret": "x"}, ("invalid_client", "client_secret is incorrect")),
        ({"grant_type": "password"}, ("invalid_request", "grant_type is missing or invalid")),
        ({"grant_type": ""}, ("invalid_request", "grant_type is missing or invalid")),
    ],
)
def test_whoever_lacks_a_part_gets_nothing_and_the_code_stays(
    app: Application, visitor: Browser, anna: dict[str, Any], asked: dict[str, str], wrong: tuple[str, str]
) -> None:
    told = app.connected(visitor)
    assert error(app.exchange(told, **asked)) == wrong
    assert app.exchange(told, client_secret=app.secret)["user_id"] == anna["study_id"]


def test_a_challenge_is_no_verifier(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    assert error(app.exchange(app.connected(visitor), code_verifier=app.challenge)) == VERIFIER


def test_a_code_of_another_application_is_no_code(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    other = Application(sandbox, "51000002", verifier=app.verifier)
    other.register()
    told = app.connected(visitor)
    assert error(other.exchange(told)) == CODE
    given = app.exchange(told)
    assert given["user_id"] == anna["study_id"]
    assert app.post("user_info", access_token=given["access_token"])["user"]
    for path in ("user_info", "logout", "revoke"):
        assert error(other.post(path, access_token=given["access_token"])) == TOKEN
    assert error(other.post("public_info", id_token=given["id_token"])) == ID_TOKEN
    told = {"device_id": told["device_id"]}
    assert error(other.refresh(given, told)) == ("invalid_token", "refresh_token is missing or invalid")


def test_no_scope_gives_rights_to_act(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    given = app.tokens(visitor, scope="messages email offline phone friends vkid.personal_info")
    assert given["scope"] == "vkid.personal_info email phone"
    body = sandbox.call("messages.getConversations", given["access_token"])
    assert (body["error"]["error_code"], body["error"]["error_subcode"]) == (15, 1133)
    assert sandbox.error("messages.createChat", given["access_token"], title="9А")[0] == 15


def test_user_info_tells_what_the_scope_allows(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    given = app.tokens(visitor)
    basic = {
        "user_id": str(anna["study_id"]),
        "first_name": "Анна",
        "last_name": "Белова",
        "avatar": "",
        "sex": 1,
        "verified": False,
        "birthday": "08.03.1991",
    }
    assert app.post("user_info", access_token=given["access_token"]) == {"user": basic}
    given = app.tokens(visitor, scope="phone email")
    more = {"phone": "79990000001", "email": "anna@school.example"}
    assert app.post("user_info", access_token=given["access_token"]) == {"user": basic | more}


def test_public_info_is_masked_and_asks_for_an_id_token_of_ours(
    app: Application, visitor: Browser, anna: dict[str, Any], pass_time: Any
) -> None:
    given = app.tokens(visitor)
    assert app.post("public_info", id_token=given["id_token"]) == {
        "user": {
            "user_id": str(anna["study_id"]),
            "first_name": "Анна",
            "last_name": "Б.",
            "phone": "+7 *** *** ** 01",
            "avatar": "",
            "email": "an***@school.example",
        }
    }
    head, claims, signature = given["id_token"].split(".")
    none = base64.urlsafe_b64encode(b'{"typ":"JWT","alg":"none"}').rstrip(b"=").decode()
    other = base64.urlsafe_b64encode(unpacked(claims, sub=anna["id"])).rstrip(b"=").decode()
    forged = (f"{head}.{other}.{signature}", f"{none}.{claims}.", f"{head}.{claims}.AA", "", "я.я.я", "a.b", ".....")
    for token in forged:
        assert error(app.post("public_info", id_token=token)) == ID_TOKEN


def unpacked(part: str, **changed: Any) -> bytes:
    return json.dumps(json.loads(base64.urlsafe_b64decode(part + "==")) | changed).encode()


def test_an_id_token_is_a_jwt_for_this_application(app: Application, visitor: Browser, anna: dict[str, Any]) -> None:
    head, claims, _ = app.tokens(visitor)["id_token"].split(".")
    assert json.loads(unpacked(head)) == {"typ": "JWT", "alg": "RS256"}
    told = json.loads(unpacked(claims))
    assert told.keys() == {"iss", "sub", "app", "exp", "iat", "jti"}
    assert (told["iss"], told["sub"], told["app"]) == ("VK", anna["study_id"], int(app.client_id))
    assert told["exp"] - told["iat"] == 3600


def test_an_access_token_is_good_for_an_hour(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any], pass_time: Any
) -> None:
    token = app.tokens(visitor)["access_token"]
    pass_time(3595)
    assert app.post("user_info", access_token=token)["user"]
    assert sandbox.response("users.get", token)
    pass_time(6)
    assert error(app.post("user_info", access_token=token)) == TOKEN
    assert sandbox.error("users.get", token)[0] == 5


@pytest.mark.parametrize("path", ["user_info", "logout", "revoke"])
def test_only_tokens_of_a_sign_in_count(app: Application, anna: dict[str, Any], path: str) -> None:
    for token in ("", "x", anna["token"]):
        assert error(app.post(path, access_token=token)) == TOKEN


def test_a_logout_ends_one_login_and_a_revocation_all_of_the_person(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    one, two, three = (app.tokens(visitor, choose) for choose in ("Учебный профиль", "Учебный профиль", "VK ID"))
    sandbox.seed({"key": "b", "first_name": "Б", "last_name": "В", "profiles": ["vk", "study"], "device": True})
    visitor.open(app.address())
    [study] = [one.value for one in visitor.form.fields if one.label == "Б Б В Учебный профиль"]
    visitor.send(visitor.filled(visitor.form, {}) | {"account": study})
    other = app.exchange(visitor.press("Продолжить").told)
    assert app.post("logout", access_token=one["access_token"]) == {"response": 1}
    assert [works(sandbox, given) for given in (one, two, three, other)] == [False, True, True, True]
    assert app.post("revoke", access_token=two["access_token"]) == {"response": 1}
    assert [works(sandbox, given) for given in (one, two, three, other)] == [False, False, False, True]
    for given in (one, two, three):
        assert error(app.refresh(given, given))[0] == "invalid_token"
        assert error(app.post("public_info", id_token=given["id_token"])) == ID_TOKEN


def works(sandbox: Sandbox, given: dict[str, Any]) -> bool:
    return "response" in sandbox.call("users.get", given["access_token"])


def test_a_login_is_gone_with_a_reset(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    told, given = app.connected(visitor), app.tokens(visitor)
    sandbox.control("reset")
    assert error(app.exchange(told)) == ("invalid_client", "client_id is missing or invalid")
    app.register()
    assert error(app.exchange(told)) == CODE
    assert error(app.post("user_info", access_token=given["access_token"])) == TOKEN
    assert error(app.post("public_info", id_token=given["id_token"])) == ID_TOKEN
