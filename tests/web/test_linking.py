"""«Внешние системы»: a person links his study profile by VK ID, and unlinks it."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.http import HttpResponse
from django.test import Client

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.linking import AlreadyLinked, ProfileTaken, choose
from peremena.school.models import Account, Organization, Person
from peremena.web import vk_id as web_vk_id
from peremena.web.views.external_systems import own_address
from peremena.web.wording import linking as words
from tests import school_rows as rows
from tests.web.reading import elements, texts
from tests.web.vk_id import TOKEN, Answer, VkId, running, told

PAGE, START = "/external-systems/", "/external-systems/vk/link/"
BACK, UNLINK = "/external-systems/vk/callback/", "/external-systems/vk/unlink/"
PROFILE = "800000001"


@pytest.fixture(scope="module")
def server() -> Iterator[VkId]:
    with running() as server:
        yield server


@pytest.fixture
def vk_id(server: VkId, settings) -> VkId:  # type: ignore[no-untyped-def]
    server.usual(PROFILE)
    server.asked.clear()
    settings.VK_ID_URL, settings.VK_ID_CLIENT_ID = server.url, "51000001"
    settings.PUBLIC_URL = "https://chats.school.test"
    return server


@pytest.fixture
def person(school: Organization, client: Client) -> Person:
    """A teacher, signed in, not linked."""
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))
        rows.employ(person, school)
    assert person.user
    client.force_login(person.user)
    return person


def link_to(person: Person, profile: str) -> Account:
    with rows.writing():
        return Account.objects.create(person=person, messenger="vk", external_id=profile)


def linked() -> set[tuple[int, str]]:
    """Of those whom the tests themselves have linked."""
    found = Account.objects.filter(ended_at=None).exclude(external_id__startswith="100")
    return set(found.values_list("person", "external_id"))


def asked_for(client: Client, back: str = "/somewhere/?page=2") -> dict[str, str]:
    """What the browser carries to VK ID."""
    response = client.post(START, {"next": back})
    assert response.status_code == 302, response.content
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


def come_back(client: Client, **told: str) -> HttpResponse:
    usual = {"code": "c", "device_id": "d", "type": "code_v2", "expires_in": "600"}
    return client.get(BACK, usual | told)  # type: ignore[return-value]


def said(client: Client, response: HttpResponse, where: str) -> list[str]:
    """The messages on the page that the response leads to."""
    assert (response.status_code, response.headers["Location"]) == (302, where)
    page = client.get(where)
    found = elements(page, "div", role="alert") + elements(page, "div", role="status")
    return texts(page, "div", role="alert") + texts(page, "div", role="status") if found else []


AGAIN = f"{PAGE}?next=%2Fsomewhere%2F%3Fpage%3D2"


def test_who_is_not_linked_sees_the_button_and_the_menus_entry(person: Person, vk_id: VkId, client: Client) -> None:
    page = client.get(f"{PAGE}?next=/registry/")
    assert "Связать учетную запись со Сферум" in texts(page, "button")
    assert ("value", "/registry/") in elements(page, "input", name="next")[-1].attributes
    (entry,) = [form for form in elements(page, "form") if ("data-opens", "external-dialog") in form.attributes]
    assert {("action", PAGE), ("hx-get", PAGE), ("hx-target", "#external-content")} <= set(entry.attributes)


def test_who_is_linked_sees_the_id_and_since_when(person: Person, client: Client) -> None:
    account = link_to(person, PROFILE)
    with rows.writing():
        Account.objects.filter(pk=account.pk).update(linked_at="2026-11-05T09:05:00Z")
    page = client.get(PAGE, headers={"HX-Request": "true"})
    assert texts(page, "p", **{"class": "profile-linked"}) == ["Учётная запись связана со Сферум"]
    assert list(zip(texts(page, "dt"), texts(page, "dd"), strict=True)) == [
        ("ID профиля в Сферум:", PROFILE),
        ("Связан:", "5 ноября 2026, 12:05"),
    ]
    assert texts(page, "button") == ["Отменить привязку", "Закрыть"]
    assert texts(page, "h1") == []


def test_a_user_who_is_nobody_of_the_rosters_is_told_so(administrator: User, vk_id: VkId, client: Client) -> None:
    assert "не относится к человеку из списков" in texts(client.get(PAGE, headers={"HX-Request": "true"}), "p")[0]
    assert words.TROUBLES["no_person"] in said(client, client.post(START), f"{PAGE}?next=%2F")
    assert words.TROUBLES["no_person"] in said(client, client.post(UNLINK), f"{PAGE}?next=%2F")


def test_without_an_application_nothing_starts(person: Person, client: Client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VK_ID_CLIENT_ID = ""
    assert "Связать учетную запись со Сферум" not in texts(client.get(PAGE), "button")
    assert words.TROUBLES["not_set_up"] in said(client, client.post(START), f"{PAGE}?next=%2F")


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


def test_the_chosen_profile_is_linked_and_the_person_comes_back_to_where_he_was(
    person: Person, vk_id: VkId, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    asked = asked_for(client, "/external-systems/?next=/")
    response = come_back(client, state=asked["state"])
    assert said(client, response, "/external-systems/?next=/") == [words.LINKED]
    assert linked() == {(person.pk, PROFILE)}
    assert [SocialAccount.objects.count(), SocialToken.objects.count(), SocialApp.objects.count()] == [0, 0, 0]
    (exchange, info, revoke) = vk_id.asked
    challenge = base64.urlsafe_b64encode(hashlib.sha256(exchange[1].pop("code_verifier").encode()).digest()).rstrip(
        b"="
    )
    assert challenge.decode() == asked["code_challenge"]
    assert exchange[1].pop("state")
    assert exchange == (
        "/oauth2/auth",
        {
            "grant_type": "authorization_code",
            "code": "c",
            "device_id": "d",
            "client_id": "51000001",
            "redirect_uri": f"https://chats.school.test{BACK}",
        },
    )
    own = {"access_token": TOKEN, "client_id": "51000001"}
    assert (info, revoke) == (("/oauth2/user_info", own), ("/oauth2/revoke", own))


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


def test_a_profile_of_somebody_else_is_never_taken_over(person: Person, vk_id: VkId, client: Client) -> None:
    with rows.writing():
        other = rows.person("Сидорова")
    link_to(other, PROFILE)
    response = come_back(client, state=asked_for(client)["state"])
    assert said(client, response, AGAIN) == [words.TROUBLES["taken"]]
    assert linked() == {(other.pk, PROFILE)}


def test_a_linked_person_keeps_his_profile_until_he_unlinks_it(person: Person, vk_id: VkId, client: Client) -> None:
    link_to(person, "800000009")
    response = come_back(client, state=asked_for(client)["state"])
    assert said(client, response, AGAIN) == [words.TROUBLES["linked_already"]]
    assert linked() == {(person.pk, "800000009")}


def test_linking_the_same_profile_again_changes_nothing(person: Person, vk_id: VkId, client: Client) -> None:
    link_to(person, PROFILE)
    response = come_back(client, state=asked_for(client, PAGE)["state"])
    assert said(client, response, PAGE) == [words.LINKED_ALREADY]
    assert Account.objects.filter(person=person).count() == 1


def test_a_session_that_ended_on_the_way_is_told_at_the_sign_in(person: Person, vk_id: VkId, client: Client) -> None:
    state = asked_for(client)["state"]
    client.logout()
    response = come_back(client, state=state)
    assert said(client, response, f"/accounts/login/?next={PAGE}") == [words.SIGN_IN_AGAIN]
    assert (linked(), vk_id.asked) == (set(), [])


def test_who_had_to_sign_in_on_the_way_is_led_to_the_page_and_not_to_an_error(
    person: Person, vk_id: VkId, client: Client
) -> None:
    assert [client.get(address).headers["Location"] for address in (START, UNLINK)] == [PAGE, PAGE]
    assert linked() == set()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:x()",
        "registry/",
        "/" + "x" * 2000,
    ],
)
def test_nobody_is_led_to_another_site(person: Person, vk_id: VkId, client: Client, address: str) -> None:
    response = come_back(client, state=asked_for(client, address)["state"])
    assert response.headers["Location"] == "/"
    assert own_address("/registry/?school=a&page=2") == "/registry/?school=a&page=2"


def test_unlinking_is_asked_once_and_then_done(person: Person, client: Client) -> None:
    link_to(person, PROFILE)
    page = client.get(PAGE, {"unlink": "1", "next": PAGE}, headers={"HX-Request": "true"})
    assert texts(page, "p") == [
        "Вы будете исключены из всех чатов, в которые были включены. Если связать профиль снова, вы вернётесь в них.",
        "Отменить привязку?",
    ]
    assert texts(page, "button") == ["Да", "Нет"]
    assert linked() == {(person.pk, PROFILE)}
    assert said(client, client.post(UNLINK, {"next": PAGE}), PAGE) == [words.UNLINKED]  # type: ignore[arg-type]
    assert linked() == set()
    assert said(client, client.post(UNLINK, {"next": PAGE}), PAGE) == [words.NOT_LINKED]  # type: ignore[arg-type]


def test_starts_are_throttled(person: Person, vk_id: VkId, client: Client) -> None:
    codes = [client.post(START).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]


def test_the_menu_leads_back_to_this_page_only_if_it_can_be_asked_for_again(person: Person, client: Client) -> None:
    def back(response: HttpResponse) -> str | None:
        (entry,) = [form for form in elements(response, "form") if ("data-opens", "external-dialog") in form.attributes]
        return dict(entry.children[0].attributes)["value"]  # type: ignore[union-attr]

    assert back(client.get("/?page=2")) == "/?page=2"  # type: ignore[arg-type]
    assert back(client.get(f"{PAGE}?next=/registry/")) == "/registry/"  # type: ignore[arg-type]


def test_every_trouble_has_words_and_other_pages_of_allauth_are_not_there(person: Person, client: Client) -> None:
    assert set(web_vk_id.ERRORS.values()) <= words.TROUBLES.keys()
    for address in (
        "/accounts/vk/login/",
        "/accounts/vk/login/callback/",
        "/accounts/3rdparty/",
        "/accounts/social/signup/",
    ):
        assert client.get(address).status_code == 404


def test_two_who_choose_one_profile_at_once_do_not_both_get_it(person: Person) -> None:
    with rows.writing():
        other = rows.person("Сидорова")
    how = {"messenger": "vk", "actor": Actor.system("tests")}
    assert choose(person.pk, PROFILE, **how)  # type: ignore[arg-type]
    assert not choose(person.pk, PROFILE, **how)  # type: ignore[arg-type]
    with pytest.raises(AlreadyLinked):
        choose(person.pk, "1", **how)  # type: ignore[arg-type]
    with pytest.raises(ProfileTaken):
        choose(other.pk, PROFILE, **how)  # type: ignore[arg-type]
    assert linked() == {(person.pk, PROFILE)}
