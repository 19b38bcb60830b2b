"""«Внешние системы»: a person links his study profile by VK ID, and unlinks it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.http import HttpResponse
from django.test import Client

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.linking import AlreadyLinked, ProfileTaken, choose
from peremena.school.models import Account, Person
from peremena.web import vk_id as web_vk_id
from peremena.web.views.external_systems import own_address
from peremena.web.wording import linking as words
from tests import school_rows as rows
from tests.web.linking import AGAIN, BACK, PAGE, PROFILE, START, UNLINK, asked_for, come_back, link_to, linked, said
from tests.web.reading import elements, texts
from tests.web.vk_id import TOKEN, VkId


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

    assert back(client.get("/my-chats/?page=2")) == "/my-chats/?page=2"  # type: ignore[arg-type]
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
