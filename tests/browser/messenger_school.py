"""A school at the stand-in, and Anna on her way into its messenger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stand_pages import went_on
from tests.sandbox.process import Person, Sandbox, running
from tests.sandbox.vkid.telephone import codes

CHATS = 2_000_000_000
PHONE, FREE = "+79990000001", "+70000000001"
ANNA = {
    "key": "anna",
    "first_name": "Анна",
    "last_name": "Константинопольская-Белова",
    "sex": 1,
    "phone": PHONE,
    "password": "тайна",
}
TEACHER = {"key": "boris", "first_name": "Борис", "last_name": "Котов", "sex": 2, "profiles": ["vk", "study"]}
LONG = "Муниципальное бюджетное общеобразовательное учреждение «Средняя школа № 1» - 9А - Чат класса"
UNBROKEN = "Государственнаяинформационнаясистема" * 4


@dataclass
class School:
    """Anna, who is known to nobody's browser, and a teacher who makes chats. `chat` leads everybody into the first one."""

    stand: Sandbox
    anna: Person
    teacher: Person
    chat: str = ""
    link: str = ""
    numbers: list[int] = field(default_factory=list)

    def make(self, *titles: str, member: bool = True) -> None:
        for first in range(0, len(titles), 24):
            people = {"user_ids": self.anna.study_id} if member else {}
            calls = [("messages.createChat", {"title": title, **people}) for title in titles[first : first + 24]]
            made, failed = self.stand.execute(self.teacher.token, *calls)
            assert failed == []
            self.numbers += [one["chat_id"] for one in made]
        self.chat = f"{self.stand.url}/messenger/chat/{self.teacher.study_id}_{self.numbers[0]}"

    def say(self, text: str, **more: Any) -> None:
        peer = {"peer_id": CHATS + self.numbers[0], "random_id": 0}
        self.stand.response("messages.send", self.teacher.token, message=text, **peer, **more)

    def invite(self) -> str:
        """A link into the chat of a community."""
        community = self.stand.seed(community={"name": "Школа"})["community"]
        self.stand.response("messages.createChat", community["token"], title=LONG)
        self.link = self.stand.response("messages.getInviteLink", community["token"], peer_id=CHATS + 1)["link"]
        return self.link


@pytest.fixture(scope="module")
def _stand() -> Iterator[Sandbox]:
    with running("--pace", "1000000") as sandbox:
        yield sandbox


@pytest.fixture
def school(_stand: Sandbox) -> School:
    assert _stand.control("reset").status_code == 200
    _stand.control("seed", {"phones": [FREE]})
    anna, teacher = _stand.seed(ANNA | {"profiles": ["vk", "study"]}, TEACHER)["users"]
    return School(_stand, Person(**anna), Person(**teacher))


def pressed(page: Page, stand: Sandbox, button: str, address: str = "/messenger/") -> None:
    page.goto(stand.url + address.removeprefix(stand.url))
    page.get_by_role("button", name=button, exact=True).click()


def proved(page: Page, stand: Sandbox, number: str = PHONE, label: str = "Телефон_или_почта") -> None:
    went_on(page, **{label: number})
    expect(page.get_by_role("heading", name="Код из SMS")).to_be_visible()
    went_on(page, Код=codes(stand, number)[0])


def came_in(page: Page, school: School, address: str = "/messenger/") -> None:
    pressed(page, school.stand, "Войти", address)
    proved(page, school.stand)
    expect(page.get_by_role("navigation", name="Аккаунт")).to_contain_text("Учебный профиль")
