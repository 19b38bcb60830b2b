from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from peremena.accounts.models import User
from peremena.school.models import Chat, Grant, Organization, Person
from tests import chat_rows
from tests import school_rows as rows
from tests.web.linking import PROFILE
from tests.web.vk_id import VkId, running


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> Iterator[None]:
    yield
    cache.clear()  # allauth counts wrong passwords there


@pytest.fixture
def school(db: None) -> Organization:
    """«Демо школа», connected through its region, with one small class."""
    with rows.writing():
        region = rows.region("region")
        rows.connection(region)
        return rows.small_school("demo", parent=region)


@pytest.fixture
def administrator(school: Organization, client: Client) -> User:
    """Signed in as the school's administrator."""
    with rows.writing():
        user = rows.granted("administrator", Grant.ADMINISTRATOR, school)
    client.force_login(user)
    return user


@pytest.fixture(scope="module")
def vk_id_server() -> Iterator[VkId]:
    with running() as server:
        yield server


@pytest.fixture
def vk_id(vk_id_server: VkId, settings) -> VkId:  # type: ignore[no-untyped-def]
    vk_id_server.usual(PROFILE)
    vk_id_server.asked.clear()
    settings.VK_ID_URL, settings.VK_ID_CLIENT_ID = vk_id_server.url, "51000001"
    settings.PUBLIC_URL = "https://chats.school.test"
    return vk_id_server


@pytest.fixture
def person(school: Organization, client: Client) -> Person:
    """A teacher, signed in, not linked."""
    with rows.writing():
        person = rows.person("Петрова", user=rows.user("teacher"))
        rows.employ(person, school)
    assert person.user
    client.force_login(person.user)
    return person


@pytest.fixture
def chats(school: Organization) -> dict[str, Chat]:
    return chat_rows.made(school)


@pytest.fixture
def chat(chats: dict[str, Chat]) -> Chat:
    return chats["class"]
