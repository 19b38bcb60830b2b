"""The administrator's way, from the sign-in to the last sentence of a finished run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Chat, Organization
from peremena.sync.models import Run, Step
from tests import school_rows as rows
from tests.browser.states.registry import PLAN, many_chats
from tests.browser.states.viewers import administrator, connected, moved


@pytest.fixture
def school() -> Organization:
    with rows.writing():
        return connected()


@pytest.fixture
def viewer(school: Organization) -> User:
    with rows.writing():
        return administrator(school)


def enter(page: Page, password: str) -> None:
    page.get_by_label("Имя для входа").fill("administrator")
    page.get_by_label("Пароль").fill(password)
    page.get_by_label("Пароль").press("Enter")


def start(page: Page) -> None:
    page.goto("/registry/")
    page.get_by_role("button", name=PLAN).click()
    page.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_leads_to_the_registry(page: Page, viewer: User) -> None:
    page.goto("/")
    enter(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("пароль неверны")
    enter(page, rows.PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Интеграция со Сферум (ВК Мессенджер)")
    expect(page.get_by_role("navigation", name="Разделы")).to_contain_text("Завучева Анна")
    page.get_by_role("button", name="Завучева Анна").click()
    page.get_by_role("button", name="Выход").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Вход")


def test_the_dialog_is_worked_by_keyboard_and_gives_the_focus_back(
    page: Page, viewer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(viewer)
    page.goto("/registry/")
    button = page.get_by_role("button", name=PLAN)
    dialog = page.get_by_role("dialog", name="Создание и обновление чатов")
    for way_out in ("Escape", "Enter"):
        button.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_contain_text("создать 4 чата")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Да", exact=True)).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Нет", exact=True)).to_be_focused()
        page.keyboard.press(way_out)
        expect(dialog).to_be_hidden()
        expect(button).to_be_focused()
    assert Run.objects.count() == 0


def test_progress_goes_to_the_end_by_itself_and_then_the_rows_are_renewed(
    page: Page, viewer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(viewer)
    page.clock.install()
    start(page)
    heading = page.locator("#run-heading")
    expect(heading).to_have_text("Обновление чатов: в очереди")
    run = Run.objects.get()
    moved(run, Run.RUNNING, done=5)
    expect(heading).to_have_text("Обновление чатов выполняется")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "5")
    percents = page.locator("td.percent span:first-child")
    expect(percents).to_have_text(["0 %"] * 4)
    Chat.objects.update(linked=4, inside=4)
    moved(run, Run.DONE, done=14)
    expect(heading).to_have_text("Чаты обновлены")
    expect(page.locator("#run-said")).to_contain_text("Всё сделано: 14 действий.")
    expect(percents).to_have_text(["100 %"] * 4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.fast_forward(5000)
    assert asked == []


def test_a_reload_and_a_second_viewer_see_the_same_progress(
    page: Page, viewer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(viewer)
    start(page)
    moved(Run.objects.get(), Run.RUNNING, done=5)
    second = page.context.new_page()
    second.goto("/registry/")
    page.reload()
    for one in (page, second):
        expect(one.get_by_role("progressbar")).to_have_attribute("value", "5")
    run = Run.objects.get()
    Step.objects.filter(run=run).update(state=Step.DONE)
    Run.objects.filter(pk=run.pk).update(state=Run.DONE, done=14, finished_at=timezone.now())
    for one in (page, second):
        expect(one.locator("#run-heading")).to_have_text("Чаты обновлены")
    second.close()


def test_yes_to_an_old_plan_asks_again(
    page: Page, school: Organization, viewer: User, sign_in: Callable[[User], None]
) -> None:
    sign_in(viewer)
    page.goto("/registry/")
    page.get_by_role("button", name=PLAN).click()
    expect(page.get_by_role("dialog")).to_contain_text("добавить 10 участников")
    with rows.writing():
        rows.enroll(rows.person(linked=True), school.classes.get())
    page.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("План изменился")
    expect(page.get_by_role("main")).to_contain_text("добавить 11 участников")
    page.get_by_role("button", name="Да", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_a_server_that_fails_is_told_in_the_dialog(page: Page, viewer: User, sign_in: Callable[[User], None]) -> None:
    sign_in(viewer)
    page.goto("/registry/")
    page.route("**/plan/", lambda route: route.abort())
    page.get_by_role("button", name=PLAN).click()
    expect(page.get_by_role("dialog")).to_contain_text("Сервер не ответил")
    page.get_by_role("dialog").get_by_role("button", name="Закрыть").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.complaints.clear()  # type: ignore[attr-defined]  # the browser tells of the broken request too


def test_choosing_a_school_goes_to_its_registry(page: Page, sign_in: Callable[[User], None]) -> None:
    with rows.writing():
        operator = many_chats()
    sign_in(operator)
    page.goto("/registry/")
    page.get_by_label("Школа", exact=True).select_option("Школа № 10")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Школа № 10")
    assert page.url.endswith("/registry/?school=s10")


def test_the_menu_folds_on_a_phone(page: Page, viewer: User, sign_in: Callable[[User], None]) -> None:
    sign_in(viewer)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/registry/")
    expect(page.get_by_role("button", name="Завучева Анна")).to_be_hidden()
    toggle = page.get_by_role("button", name="Меню")
    toggle.press("Enter")
    expect(page.get_by_role("button", name="Завучева Анна")).to_be_visible()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.press("Enter")
    expect(page.get_by_role("button", name="Завучева Анна")).to_be_hidden()


def test_the_own_menu_is_worked_by_keyboard(page: Page, viewer: User, sign_in: Callable[[User], None]) -> None:
    sign_in(viewer)
    page.goto("/registry/")
    name, way_out = page.get_by_role("button", name="Завучева Анна"), page.get_by_role("button", name="Выход")
    name.press("Enter")
    expect(name).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#person-menu :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(way_out).to_be_hidden()
    expect(name).to_be_focused()
    name.click()
    expect(way_out).to_be_visible()
    page.get_by_role("heading", level=1).click()
    expect(way_out).to_be_hidden()
