"""The card of a chat at work: a new title comes into the messenger, a person goes and comes back, all by keyboard too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.messengers.registry import MESSENGERS
from peremena.school.models import Chat, Connection, Organization, Seat
from peremena.sync import mending
from tests import school_rows as rows
from tests.browser.states.viewers import administrator, connected
from tests.sync.after_events import mended
from tests.sync.town import Town, account, called, chat_of, synced

Shown = tuple[Page, Town, Chat]


@pytest.fixture
def town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A messenger in memory; the worker's part is done by the test itself."""
    town = Town()
    monkeypatch.setitem(MESSENGERS, "vk", town.kind())
    monkeypatch.setattr(mending, "A_MOMENT", 0.0)
    return town


@pytest.fixture
def card(page: Page, town: Town, sign_in: Callable[[User], None]) -> Chat:
    """Shown in the browser, the chat of a class in which everybody is."""
    with rows.writing():
        school = connected()
        viewer = administrator(school)
    town.let_in()
    synced(Organization.objects.get(pk=school.pk))
    sign_in(viewer)
    page.goto(f"/chats/{chat_of('class').pk}/?back=%2Fregistry%2F%3Fschool%3Ddemo%26page%3D1")
    return chat_of("class")


def worked() -> None:
    """What a worker would do now."""
    mended(Connection.objects.get())


def row(page: Page, name: str) -> object:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))


def test_a_new_title_is_seen_to_come_into_the_messenger(page: Page, town: Town, card: Chat) -> None:
    page.get_by_label("Название:").fill("Первый «А» 🎒")
    page.get_by_label("Название:").press("Enter")
    expect(page.get_by_text("Название сохранено.")).to_be_visible()
    news = page.locator("#chat-news")
    expect(news).to_contain_text("обновляется…, сейчас «Демо школа - 1А - Чат класса»")
    worked()
    expect(news).to_have_text("Название в VK Мессенджере: изменено")
    expect(page.locator("#chat-said")).to_contain_text("изменено")
    assert "Первый «А» 🎒" in town.rooms()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert asked == []
    page.get_by_role("link", name="Закрыть").click()
    expect(page.get_by_role("rowheader", name="Первый «А» 🎒")).to_be_visible()
    assert page.url.endswith("/registry/?school=demo&page=1")


def test_a_person_is_excluded_with_a_reason_and_comes_back(page: Page, town: Town, card: Chat) -> None:
    member = account(called("Сидорова"))
    own = row(page, "Сидорова Анна")
    page.get_by_role("button", name="Исключить: Сидорова Анна").click()
    dialog = page.get_by_role("dialog", name="Исключить из чата")
    dialog.get_by_label("Причина").fill("по просьбе родителей")
    dialog.get_by_role("button", name="Исключить").click()
    expect(own).to_contain_text("будет исключён")  # type: ignore[arg-type]
    worked()
    expect(own).to_contain_text("не в чате")  # type: ignore[arg-type]
    expect(own).to_contain_text("по просьбе родителей")  # type: ignore[arg-type]
    assert member not in town.rooms()[card.title]
    page.get_by_role("button", name="Вернуть: Сидорова Анна").click()
    expect(own).to_contain_text("ждёт добавления")  # type: ignore[arg-type]
    worked()
    expect(page.get_by_text("Всего 3, связали профиль 3, в чате 3")).to_be_visible()
    assert member in town.rooms()[card.title]


def test_members_are_found_and_excluding_is_called_off_by_keyboard(page: Page, card: Chat) -> None:
    page.get_by_label("Найти участника").focus()
    page.keyboard.type("сид")
    expect(page.get_by_role("rowheader")).to_have_text(["Сидорова Анна"])
    expect(page.get_by_label("Найти участника")).to_be_focused()
    assert "q=" in page.url
    button = page.get_by_role("button", name="Исключить: Сидорова Анна")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Сидорова Анна, чат «Демо школа - 1А - Чат класса»")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    page.reload()
    expect(page.get_by_role("rowheader")).to_have_text(["Сидорова Анна"])
    assert Seat.objects.count() == 0


def test_somebody_is_looked_for_and_added_by_keyboard(page: Page, town: Town, card: Chat) -> None:
    with rows.writing():
        guest = rows.person("Яковлева", linked=True)
        rows.employ(guest, card.organization, "specialist")
    town.let_in()
    page.get_by_role("button", name="Добавить участника").press("Enter")
    name = page.get_by_label("Фамилия, имя или отчество")
    expect(name).to_be_focused()
    page.keyboard.type("яков")
    choice = page.get_by_role("radio", name="Яковлева Анна")
    expect(choice).to_be_visible()
    choice.press("Space")
    page.get_by_role("dialog").get_by_label("Причина").fill("помогает классу")
    page.keyboard.press("Enter")
    expect(row(page, "Яковлева Анна")).to_contain_text("помогает классу")  # type: ignore[arg-type]
    worked()
    expect(page.get_by_text("Всего 4, связали профиль 4, в чате 4")).to_be_visible()


def test_the_card_works_without_a_script(page: Page, base_url: str, town: Town, card: Chat) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(
        java_script_enabled=False, base_url=base_url, storage_state=page.context.storage_state()
    )
    plain = context.new_page()
    plain.goto(f"/chats/{card.pk}/")
    plain.get_by_role("button", name="Исключить: Сидорова Анна").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Исключить из чата")
    plain.get_by_role("main").get_by_role("button", name="Исключить").click()
    expect(plain.get_by_text("доступ в чат закрыт")).to_be_visible()
    plain.get_by_role("button", name="Добавить участника").click()
    plain.get_by_label("Фамилия, имя или отчество").fill("сидорова")
    plain.get_by_role("button", name="Найти").click()
    expect(plain.get_by_role("radio")).to_have_count(2)
    context.close()
