"""The administrator's guide (docs/ru/administrator.md) from its first page to its last, on the running demo, by its own words."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.guides.walk import Demo, Picture, enter, own_menu, pictures_in, pictures_of, section
from tests.cli.commands import Commands

GUIDE = Path("docs/ru/administrator.md")
SFERUM = "Сферум (ВК Мессенджер)"
TITLE = "Интеграция со Сферум (ВК Мессенджер)"
UPDATE = "Создать/обновить чаты для организации"
CHATS = 366


def test_an_administrator_follows_the_guide(walker: Page, picture: Picture, demo: Demo) -> None:
    enter(walker, "admin")
    picture("01-sign-in")
    walker.get_by_role("button", name="Войти").click()
    expect(walker.get_by_role("heading", level=1)).to_have_text(TITLE)
    _links_the_profile(walker, picture)
    assert Commands(PEREMENA_DATA=str(demo.data))("people", "--linked", "--share", "0.8").code == 0
    _makes_the_chats(walker, picture)
    _sets_a_chat_up(walker, picture)
    _sees_who_has_linked(walker, picture)
    _looks_into_the_other_sections(walker, picture, demo)
    _lets_a_class_in(walker, picture)


def _links_the_profile(page: Page, picture: Picture) -> None:
    own_menu(page, "Внешние системы")
    dialog = page.get_by_role("dialog", name="Внешние системы")
    start = dialog.get_by_role("button", name="Связать учетную запись со Сферум")
    expect(start).to_be_visible()
    picture("02-external-systems")
    start.click()
    page.get_by_role("radio", name=re.compile("Учебный профиль")).check()
    picture("03-choice")
    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("heading", name="Информация о себе")).to_be_visible()
    for field in ("Имя", "Отчество", "Пол", "Дата рождения"):
        expect(page.get_by_text(field, exact=True).first).to_be_visible()
    picture("04-about")
    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    own_menu(page, "Внешние системы")
    expect(dialog).to_contain_text(re.compile(r"ID профиля в Сферум:\s*\d+"))
    expect(dialog.get_by_role("button", name="Отменить привязку")).to_be_visible()
    picture("05-linked")
    page.keyboard.press("Escape")


def _makes_the_chats(page: Page, picture: Picture) -> None:
    section(page, SFERUM)
    expect(page.get_by_role("region", name="Реестр чатов")).to_contain_text(f"Всего {CHATS}")
    for column in ("Название", "Тип", "Организация", "Класс", "Предмет", "Связали профиль"):
        expect(page.get_by_role("columnheader", name=column)).to_be_visible()
    picture("06-registry")
    page.get_by_role("button", name=UPDATE).click()
    dialog = page.get_by_role("dialog", name="Создание и обновление чатов")
    expect(dialog.get_by_role("button").first).to_be_visible()
    picture("07-plan")
    dialog.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^Чаты обновлены"))).to_be_visible()
    page.get_by_role("button", name=UPDATE).click()
    expect(dialog).to_contain_text("Делать ничего не нужно")
    dialog.get_by_role("button", name="Да", exact=True).click()  # nothing to do is no dead end
    expect(page.get_by_text("Менять было нечего: все чаты соответствуют спискам.")).to_be_visible()


def _sets_a_chat_up(page: Page, picture: Picture) -> None:
    page.get_by_role("searchbox").first.fill("Учительский чат")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Реестр чатов")).to_contain_text("Найдено 1")
    page.get_by_role("checkbox", name=re.compile("Учительский чат")).check()
    page.get_by_role("button", name="Редактировать").click()
    expect(page.get_by_role("heading", name="Настройки чата Сферум")).to_be_visible()
    for words in ("Идентификатор чата", "Тип чата", "Организация", "ВНИМАНИЕ", "Участники чата", "Тип участника"):
        expect(page.get_by_text(words).first).to_be_visible()
    picture("08-card")
    title = page.get_by_label("Название")
    before = title.input_value()
    title.fill("Учительская Демо школы")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_text(re.compile("изменено", re.IGNORECASE)).first).to_be_visible()
    title.fill(before)
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_label("Название")).to_have_value(before)


def _sees_who_has_linked(page: Page, picture: Picture) -> None:
    members = page.get_by_role("heading", name="Участники чата")
    members.scroll_into_view_if_needed()
    for words in ("связан", "не связан"):
        expect(page.get_by_role("cell", name=words, exact=True).first).to_be_visible()
    picture("09-members")
    page.get_by_role("link", name="Закрыть").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    section(page, "Пользователи")
    expect(page.get_by_role("heading", level=1)).to_have_text("Пользователи")
    picture("10-users")


def _looks_into_the_other_sections(page: Page, picture: Picture, demo: Demo) -> None:
    section(page, "Подключения")
    expect(page.get_by_role("heading", level=1)).to_have_text("Подключения")
    expect(page.get_by_text("VK Мессенджер").first).to_be_visible()
    picture("11-connections")
    section(page, "Импорт")
    expect(page.get_by_role("heading", level=1)).to_have_text("Импорт")
    page.locator("input[type=file]").set_input_files(demo.package)
    page.get_by_role("button", name="Загрузить").click()
    expect(page.get_by_role("button", name="Отказаться")).to_be_visible()
    picture("12-import")
    page.get_by_role("button", name="Отказаться").click()
    section(page, SFERUM)
    page.get_by_role("link", name="История обновлений").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("История обновлений")
    picture("13-runs")


def _lets_a_class_in(page: Page, picture: Picture) -> None:
    section(page, "Пользователи")
    page.get_by_role("link", name="Коды для первого входа").click()
    page.get_by_label("Класс", exact=True).select_option("1А")
    page.get_by_role("button", name="Дальше").click()
    issue = page.get_by_role("button", name="Выдать и показать")
    expect(page.get_by_role("heading", name=re.compile("^Будут выданы коды"))).to_be_visible()
    issue.scroll_into_view_if_needed()
    picture("15-codes")
    issue.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Выдано: "))
    expect(page.get_by_role("button", name="Напечатать")).to_be_visible()
    picture("16-slips")
    code = page.locator(".slip-code").first.inner_text()
    own_menu(page, "Выход")
    page.get_by_role("link", name="Первый вход по коду").click()
    page.get_by_label("Код с листка").fill(code)
    picture("17-first-sign-in")
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Здравствуйте, "))
    picture("18-own-password")
    for field in ("Пароль", "Пароль ещё раз"):
        page.get_by_label(field, exact=True).fill("a-sentence-of-ones-own")
    page.get_by_role("button", name="Открыть вход").click()
    expect(page.get_by_role("status")).to_contain_text("Вход открыт. Ваше имя для входа: ")


def test_an_operator_sees_his_schools(walker: Page, picture: Picture) -> None:
    enter(walker, "operator")
    walker.get_by_role("button", name="Войти").click()
    section(walker, "Школы")
    walker.get_by_role("checkbox", name="Демо школа").check()
    picture("14-schools")
    walker.get_by_role("button", name="Создать/обновить чаты для отмеченных").click()
    expect(walker.get_by_text("Делать ничего не нужно: все чаты уже соответствуют спискам.")).to_be_visible()
    walker.get_by_role("link", name="Нет").click()
    expect(walker.get_by_role("heading", level=1)).to_have_text("Школы")


def test_the_guide_shows_every_picture_that_is_taken_and_no_other() -> None:
    assert pictures_of(GUIDE) == pictures_in(__file__)
