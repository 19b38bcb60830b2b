"""TLS, and what is behind each of VK's names."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.images import PNG
from tests.sandbox.names import Names, names_of
from tests.sandbox.process import Sandbox, running
from tests.sandbox.test_process import refused
from vk_sandbox import tls

APIS = ["api.vk.ru", "api.vk.com", "api.vk.me", "localhost", "127.0.0.1"]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Names]]:
    folder = tmp_path_factory.mktemp("certificates")
    with running("--tls-port", "0", "--tls-dir", str(folder), "--pace", "1000000") as sandbox:
        names = names_of(sandbox)
        assert names.authority == folder / "ca.pem"
        yield sandbox, names


@pytest.fixture
def sandbox(started: tuple[Sandbox, Names]) -> Sandbox:
    assert started[0].control("reset").status_code == 200
    return started[0]


@pytest.fixture
def names(started: tuple[Sandbox, Names]) -> Names:
    return started[1]


@pytest.fixture
def person(sandbox: Sandbox) -> dict[str, Any]:
    [seeded] = sandbox.seed({"first_name": "Анна", "last_name": "Белова", "profiles": ["vk", "study"]})["users"]
    return dict(seeded)


@pytest.mark.parametrize("host", APIS)
def test_methods_are_served_under_the_names_of_the_api(names: Names, person: dict[str, Any], host: str) -> None:
    assert names.call(host, "users.get", person["token"])[0]["id"] == person["study_id"]


@pytest.mark.parametrize("host", APIS[:3])
@pytest.mark.parametrize("path", ["control/stats", "control/seed", "join/x", ""])
def test_nothing_else_is(names: Names, sandbox: Sandbox, host: str, path: str) -> None:
    assert names.ask(f"https://{host}/{path}").status == 404
    assert sandbox.http.get(f"/{path}", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize("host", ["api.vk.ru", "127.0.0.1"])
def test_addresses_in_answers_lead_back_the_way_the_client_came(
    names: Names, person: dict[str, Any], host: str
) -> None:
    token = person["token"]
    names.call(host, "messages.createChat", token, title="9А")
    poll = names.call(host, "messages.getLongPollServer", token)
    names.call(host, "messages.send", token, chat_id=1, message="да", random_id=1)
    asked = f"act=a_check&key={poll['key']}&ts={poll['ts']}&wait=5&version=19&mode=682"
    told = names.ask(f"https://{poll['server']}?{asked}").json
    assert [update[0] for update in told["updates"]] == [10004]
    upload = names.call(host, "photos.getMessagesUploadServer", token)["upload_url"]
    assert upload.startswith(f"https://{host}/upload/")
    sent = names.upload(upload, "a.png", PNG)
    [photo] = names.call(host, "photos.saveMessagesPhoto", token, **sent)
    assert names.ask(photo["sizes"][0]["url"]).body == PNG


def test_a_captcha_leads_back_too(names: Names, sandbox: Sandbox, person: dict[str, Any]) -> None:
    sandbox.control("faults", {"faults": [{"kind": "captcha"}]})
    error = names.ask("https://api.vk.com/method/users.get?v=5.199", {"access_token": person["token"]}).json["error"]
    assert error["captcha_img"] == "https://api.vk.com/captcha.png"
    picture = names.ask(error["captcha_img"])
    assert (picture.status, picture.kind, picture.body[:8]) == (200, "image/png", PNG[:8])
    page = names.ask(error["redirect_uri"])
    assert (page.status, "Учебный стенд, не VK" in page.text) == (200, True)


def test_a_cookie_gives_a_token_for_each_profile(names: Names, person: dict[str, Any]) -> None:
    address = "https://web.vk.me/?act=web_token&app_id=8202606"
    first, second = names.ask(address, Cookie=f"remixdsid={person['token']}").json
    assert (first["profile_type"], second["profile_type"]) == (1, 2)
    found = [names.call("api.vk.me", "users.get", one["access_token"], v="5.241")[0]["id"] for one in (first, second)]
    assert found == [first["user_id"], second["user_id"]] == [person["id"], person["study_id"]]
    assert names.ask(address, Cookie=f"remixdsid={person['token']}").json[1]["access_token"] == second["access_token"]
    for stranger in ("", "vk1.a.nobody", second["access_token"]):
        assert names.ask(address, Cookie=f"remixdsid={stranger}").json == []


def test_a_cookie_works_under_the_own_name_too(sandbox: Sandbox, person: dict[str, Any]) -> None:
    answer = sandbox.http.get("/?act=web_token&app_id=8202606", headers={"Cookie": f"remixdsid={person['token']}"})
    assert [profile["user_id"] for profile in answer.json()] == [person["id"], person["study_id"]]


def test_a_revoked_token_of_a_cookie_is_replaced(names: Names, sandbox: Sandbox, person: dict[str, Any]) -> None:
    address, cookie = "https://web.vk.me/?act=web_token", f"remixdsid={person['token']}"
    before = names.ask(address, Cookie=cookie).json[1]["access_token"]
    sandbox.control("faults", {"faults": [{"kind": "revoked", "times": 1}]})
    assert sandbox.error("users.get", before)[0] == 5
    after = names.ask(address, Cookie=cookie).json[1]["access_token"]
    assert names.call("api.vk.me", "users.get", after)[0]["id"] == person["study_id"]


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("https://id.vk.ru/", "здесь есть только вход через VK ID"),
        ("https://id.vk.com/control/seed", "здесь есть только вход через VK ID"),
        ("https://login.vk.ru/", "вход с паролем VK"),
        ("https://oauth.vk.com/token", "прежний вход OAuth"),
        ("https://api.mycdn.me/fb.do", "звонки"),
        ("https://im.vk.ru/", "страницы мессенджера"),
        ("https://vk.com/im", "страницы мессенджера"),
        ("https://vk.me/authorize", "здесь есть только мессенджер"),
        ("https://web.vk.me/im", "здесь есть только мессенджер и /?act=web_token"),
        ("https://web.vk.me/control/stats", "здесь есть только мессенджер и /?act=web_token"),
        ("https://web.vk.me/oauth2/auth", "здесь есть только мессенджер и /?act=web_token"),
    ],
)
def test_what_is_not_built_is_said(names: Names, url: str, what: str) -> None:
    answer = names.ask(url)
    assert (answer.status, answer.text.count("\n")) == (404, 1)
    assert answer.text.startswith("Учебный стенд, не VK. ")
    assert what in answer.text


@pytest.mark.parametrize("host", ["web.vk.me", "vk.me"])
def test_the_messenger_is_under_its_own_names(names: Names, host: str) -> None:
    assert names.ask(f"https://{host}/").location == "/messenger/"
    assert names.ask(f"https://{host}/convo/2000000001").location == "/messenger/convo/2000000001"
    for path in ("messenger/", "messenger/convo/2000000001", "join/x"):
        page = names.ask(f"https://{host}/{path}")
        assert (page.status, "Используйте VK ID" in page.text) == (200, True)
    for path in ("messenger.css", "vkid.css", "style.css"):
        assert names.ask(f"https://{host}/{path}").kind == "text/css; charset=utf-8"
    assert "Такого номера" in names.ask(f"https://{host}/phone/?number=1").text
    assert names.ask(f"https://{host}/auth/x/accounts").status == 404


def test_an_invite_link_of_the_api_is_one_that_people_can_open(names: Names, person: dict[str, Any]) -> None:
    names.call("api.vk.ru", "messages.createChat", person["token"], title="9А")
    link = names.call("api.vk.ru", "messages.getInviteLink", person["token"], peer_id=2_000_000_001)["link"]
    assert link.startswith("https://vk.me/join/")
    assert "Используйте VK ID" in names.ask(link).text
    assert names.call("api.vk.ru", "messages.getChatPreview", person["token"], link=link)["preview"]["title"] == "9А"


def test_one_signs_in_under_the_messengers_name_and_stays_there(names: Names, sandbox: Sandbox) -> None:
    sandbox.seed({"first_name": "Анна", "last_name": "Белова", "device": True})
    page = names.ask("https://web.vk.me/messenger/")
    mark = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[0]
    cookie = page.cookies["vk_sandbox_csrf"]
    headers = {"Cookie": f"vk_sandbox_csrf={cookie}", "Referer": "https://web.vk.me/messenger/"}
    form = {"csrfmiddlewaretoken": mark, "way": "signin", "to": "/messenger/"}
    begun = names.ask("https://web.vk.me/messenger/enter", form, **headers)
    session = begun.cookies["vk_sandbox_session"]
    headers["Cookie"] += f"; vk_sandbox_session={session}"
    listed = names.ask(f"https://web.vk.me{begun.location}", **headers)
    [account] = re.findall(r'name="account"\s+value="(\d+)"', listed.text)
    chosen = names.ask(f"https://web.vk.me{begun.location}", form | {"account": account}, **headers)
    assert (chosen.status, chosen.location) == (303, "https://web.vk.me/messenger/")
    assert "Чатов пока нет" in names.ask("https://web.vk.me/messenger/", **headers).text


@pytest.mark.parametrize("host", ["id.vk.ru", "id.vk.com"])
def test_vk_id_is_under_its_own_names(names: Names, sandbox: Sandbox, host: str) -> None:
    refused = names.ask(f"https://{host}/authorize?client_id=51&redirect_uri=http://a/")
    assert (refused.status, "стенду не известно" in refused.text) == (400, True)
    sandbox.control("seed", {"apps": [{"client_id": "51", "redirect_uris": ["http://a/"]}]})
    asked = "client_id=51&redirect_uri=http://a/&prompt=none&response_type=code&code_challenge_method=s256"
    assert names.ask(f"https://{host}/authorize?{asked}&code_challenge={'x' * 43}").status == 303
    assert names.ask(f"https://{host}/oauth2/auth", {"grant_type": "x"}).json["error"] == "invalid_request"
    assert "color-scheme" in names.ask(f"https://{host}/vkid.css").text


def test_a_name_that_is_nobodys_is_refused(names: Names, sandbox: Sandbox) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        names.ask("https://school.example/")
    assert names.ask("https://api.vk.ru/method/users.get", Host="school.example").status == 400
    assert sandbox.http.get("/", headers={"Host": "vk.ru.school.example"}).status_code == 400


def test_a_fault_ends_a_secure_connection(names: Names, sandbox: Sandbox, person: dict[str, Any]) -> None:
    sandbox.control("faults", {"faults": [{"kind": "drop_after", "times": 1}]})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionError, ssl.SSLError)):
        names.call("api.vk.ru", "messages.createChat", person["token"], title="9А")
    assert sandbox.stats()["chats"] == 1


def test_certificates_are_kept_while_they_serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made() -> bytes:
        tls.certified(tmp_path)
        return (tmp_path / "ca.pem").read_bytes()

    first = made()
    assert made() == first
    monkeypatch.setattr(tls, "VK", (*tls.VK, "new.vk.ru"))
    second = made()
    assert made() == second != first
    monkeypatch.setattr(tls, "REST", tls.LIFE + timedelta(days=1))
    third = made()
    assert third != second
    monkeypatch.undo()
    (tmp_path / "server.pem").write_text("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    fourth = made()
    assert made() == fourth != third
    (tmp_path / "ca.pem").write_bytes(first)
    assert made() not in {first, fourth}


def test_no_key_can_be_read_by_others_and_none_of_the_authority_remains(tmp_path: Path) -> None:
    tls.certified(tmp_path / "new")
    modes = {path.name: path.stat().st_mode & 0o777 for path in [tmp_path / "new", *(tmp_path / "new").iterdir()]}
    assert (modes.pop("new"), modes.pop("server.pem"), list(modes)) == (0o700, 0o600, ["ca.pem"])
    assert "PRIVATE KEY" not in (tmp_path / "new" / "ca.pem").read_text()


def test_without_a_folder_certificates_lie_with_the_state(tmp_path: Path) -> None:
    with running("--state", str(tmp_path), "--tls-port", "0") as sandbox:
        assert names_of(sandbox).authority == tmp_path / "tls" / "ca.pem"


def test_a_folder_for_nothing_and_one_that_cannot_be_are_one_clear_line(tmp_path: Path) -> None:
    assert refused("--tls-dir", str(tmp_path)) == "vk_sandbox: --tls-dir ничего не значит без --tls-port"
    (tmp_path / "file").touch()
    said = refused("--port", "0", "--tls-port", "0", "--tls-dir", str(tmp_path / "file"))
    assert said.startswith(f"vk_sandbox: папка {tmp_path / 'file'} не годится для сертификатов")


def test_a_secure_connection_kept_for_later_does_not_hold_up_the_end() -> None:
    with running("--tls-port", "0") as sandbox:
        names = names_of(sandbox)
        plain = socket.create_connection(("127.0.0.1", names.port))
        trusted = ssl.create_default_context(cafile=names.authority)
        with trusted.wrap_socket(plain, server_hostname="api.vk.ru") as kept:
            kept.sendall(b"GET /style.css HTTP/1.1\r\nHost: api.vk.ru\r\n\r\n")
            assert kept.recv(12) == b"HTTP/1.1 200"
            began = time.monotonic()
            sandbox.process.terminate()
            assert sandbox.process.wait(10) == 0
            assert time.monotonic() - began < 5  # seconds; held up it would be 10
