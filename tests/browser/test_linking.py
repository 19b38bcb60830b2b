"""The whole way of linking, with the stand-in as VK: from the name in the menu through VK ID's pages and back, and out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as real
from django.test import Client
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Account, Person
from peremena.web.vk_id import return_address
from peremena.web.wording import linking as words
from tests import school_rows as rows
from tests.browser.states.linking import opened
from tests.browser.states.viewers import administrator, connected
from tests.sandbox.process import Sandbox, running

ANNA = {"key": "anna", "first_name": "Анна", "last_name": "Белова", "middle_name": "Ильинична", "sex": 1}
LINK = "Связать учетную запись со Сферум"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as sandbox:
        yield sandbox


@pytest.fixture
def profile(sandbox: Sandbox) -> str:
    """The study profile of somebody whom VK ID knows in every browser."""
    sandbox.control("reset")
    seeded = sandbox.seed(ANNA | {"birthday": "1991-03-08", "profiles": ["vk", "study"], "device": True})
    return str(seeded["users"][0]["study_id"])


@pytest.fixture(params=["one host, two ports", "two hosts"])
def site(request: pytest.FixtureRequest, settings: Any, base_url: str, sandbox: Sandbox, profile: str) -> str:
    """Our address, as the browser sees it; VK ID is beside it, or somewhere else."""
    port, vk_port = urlsplit(base_url).port, urlsplit(sandbox.url).port
    host, vk_host = ("127.0.0.1", "127.0.0.1") if "one" in request.param else ("chats.test", "localhost")
    settings.PUBLIC_URL, settings.VK_ID_URL = f"http://{host}:{port}", f"http://{vk_host}:{vk_port}"
    settings.VK_ID_CLIENT_ID = "51000001"
    settings.ALLOWED_HOSTS = ["chats.test", "127.0.0.1"]
    policy = real.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    action = [*policy["form-action"][:1], settings.VK_ID_URL]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | {"form-action": action}}
    app = {"client_id": "51000001", "redirect_uris": [return_address()], "name": "Перемена"}
    assert sandbox.control("seed", {"apps": [app]}).status_code == 200
    return f"http://{host}:{port}"


@pytest.fixture(autouse=True)
def _plain_http_is_meant(page: Page) -> Iterator[None]:
    """Chromium tells that a name of another machine without TLS cannot be kept apart from its openers."""
    yield
    told = page.complaints  # type: ignore[attr-defined]
    told[:] = [line for line in told if not line.startswith("The Cross-Origin-Opener-Policy header has been ignored")]


@pytest.fixture
def person(page: Page, site: str) -> Person:
    """Signed in on our site, in no other way known to anybody."""
    with rows.writing():
        user: User = administrator(connected())
    client = Client()
    client.force_login(user)
    session = client.cookies[real.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": real.SESSION_COOKIE_NAME, "value": session, "url": site}])
    return Person.objects.get(user=user)


def linked(person: Person) -> list[str]:
    return list(Account.objects.filter(person=person, ended_at=None).values_list("external_id", flat=True))


def to_vk(page: Page, site: str) -> None:
    page.goto(f"{site}/registry/?page=1")
    opened(page)
    page.get_by_role("dialog", name="Внешние системы").get_by_role("button", name=LINK).click()
    expect(page.get_by_role("heading", name="Аккаунты на этом устройстве")).to_be_visible()


def through_vk(page: Page) -> None:
    page.get_by_label("Учебный профиль").check()
    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("heading", name="Информация о себе")).to_be_visible()
    page.get_by_role("button", name="Продолжить").click()


def test_a_person_links_his_study_profile_sees_its_number_and_unlinks(
    page: Page, site: str, person: Person, profile: str
) -> None:
    to_vk(page, site)
    through_vk(page)
    expect(page.get_by_role("status").first).to_have_text(words.LINKED)
    assert page.url == f"{site}/registry/?page=1"
    expect(page.get_by_role("button", name="Завучева Анна")).to_be_visible()
    assert linked(person) == [profile]
    opened(page)
    dialog = page.get_by_role("dialog", name="Внешние системы")
    expect(dialog).to_contain_text("Учётная запись связана со Сферум")
    expect(dialog).to_contain_text(f"ID профиля в Сферум: {profile}")
    dialog.get_by_role("button", name="Отменить привязку").click()
    expect(dialog).to_contain_text("Вы будете исключены из всех чатов")
    dialog.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text(words.UNLINKED)
    assert (linked(person), page.url) == ([], f"{site}/registry/?page=1")


def test_who_cancels_at_vk_comes_back_with_nothing_changed_and_may_try_again(
    page: Page, site: str, person: Person, profile: str
) -> None:
    to_vk(page, site)
    page.get_by_role("button", name="Отмена").click()
    expect(page.get_by_role("alert")).to_have_text(words.TROUBLES["cancelled"])
    assert linked(person) == []
    page.get_by_role("main").get_by_role("button", name=LINK).click()
    through_vk(page)
    expect(page.get_by_role("status").first).to_have_text(words.LINKED)
    assert (linked(person), page.url) == ([profile], f"{site}/registry/?page=1")


def test_who_changes_his_mind_stays_linked(page: Page, site: str, person: Person, profile: str) -> None:
    with rows.writing():
        Account.objects.create(person=person, messenger="vk", external_id=profile)
    page.goto(f"{site}/registry/")
    opened(page)
    dialog = page.get_by_role("dialog", name="Внешние системы")
    dialog.get_by_role("button", name="Отменить привязку").press("Enter")
    expect(dialog.get_by_text("Вы будете исключены")).to_be_focused()
    dialog.get_by_role("button", name="Нет").press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Внешние системы")).to_be_focused()
    assert linked(person) == [profile]


@pytest.fixture
def without_scripts(browser: Any) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_without_scripts_the_way_is_the_same(
    without_scripts: Page, site: str, person: Person, profile: str, page: Page
) -> None:
    without_scripts.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    without_scripts.goto(f"{site}/registry/")
    without_scripts.get_by_role("link", name="Внешние системы").click()
    without_scripts.get_by_role("main").get_by_role("button", name=LINK).click()
    through_vk(without_scripts)
    expect(without_scripts.get_by_role("status").first).to_have_text(words.LINKED)
    without_scripts.get_by_role("link", name="Внешние системы").click()
    expect(without_scripts.get_by_role("main")).to_contain_text(profile)
    without_scripts.get_by_role("button", name="Отменить привязку").click()
    without_scripts.get_by_role("button", name="Да", exact=True).click()
    expect(without_scripts.get_by_role("status").first).to_have_text(words.UNLINKED)
    assert linked(person) == []


def test_a_sign_in_at_our_site_survives_the_trip_and_vk_never_sees_its_cookie(
    page: Page, site: str, person: Person, profile: str, sign_in: Callable[[User], None]
) -> None:
    to_vk(page, site)
    names = {cookie["name"] for cookie in page.context.cookies()}
    assert {real.SESSION_COOKIE_NAME, "vk_sandbox_session"} <= names
    through_vk(page)
    expect(page.get_by_role("status").first).to_have_text(words.LINKED)
    page.goto(f"{site}/registry/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Интеграция со Сферум (ВК Мессенджер)")
