"""Where a community is the connection nobody can be added: a pupil joins his chats himself, each by its button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from peremena.bench.stack import until
from tests.browser.guides.walk import Demo, by_phone, enter, go_on, running_demo

NOTICED_WITHIN = 90  # seconds: the messenger tells of it at once, but a busy machine hears it late


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running_demo("--connection", "community") as demo:
        yield demo


def test_a_pupil_joins_a_chat_he_is_invited_to(walker: Page, demo: Demo) -> None:
    enter(walker, "pupil")
    walker.get_by_role("button", name="Войти").click()
    walker.get_by_role("button", name="Привязать учебный профиль VK ID").click()
    by_phone(walker, demo, "pupil")
    go_on(walker)
    walker.get_by_label("Имя").fill("Ученик")
    go_on(walker)
    title = walker.locator(".own-title").first.inner_text()
    join = walker.get_by_role("link", name=f"Вступить: {title}")
    join.click()  # it is there as soon as the invitation is
    expect(walker.get_by_role("heading", level=1)).to_have_text(title)
    walker.get_by_role("button", name="Присоединиться").click()
    expect(walker.get_by_label("Сообщение")).to_be_visible()
    walker.goto("/my-chats/")
    inside = walker.get_by_role("link", name=f"Открыть: {title}")

    def told() -> bool:
        walker.reload()
        return inside.is_visible()

    until(told, NOTICED_WITHIN)
    expect(inside).to_be_visible()
    expect(walker.locator(".own-inside")).to_have_count(1)
