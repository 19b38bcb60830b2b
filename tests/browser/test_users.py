"""Who has not linked is found, saved as a table, and a teacher becomes an administrator."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Grant
from tests import school_rows as rows
from tests.browser.states.users import people


def test_the_unlinked_are_found_and_a_right_is_given(page: Page, sign_in: Callable[[User], None]) -> None:
    with rows.writing():
        viewer = people()
    sign_in(viewer)
    page.goto("/users/")
    page.get_by_role("link", name="Ученики. Не связали: 20").click()
    expect(page.get_by_role("status").filter(has_text="Найдено")).to_have_text("Найдено 20")
    expect(page.get_by_label("Профиль Сферум")).to_have_value("no")
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать таблицу").click()
    assert download.value.suggested_filename == "users-demo.csv"
    page.get_by_role("link", name="Сбросить").click()
    page.get_by_label("Имя", exact=True).fill("елаг")
    page.get_by_label("Имя", exact=True).press("Enter")
    page.get_by_role("link", name="Назначить администратором школы: Елагина Анна").click()
    page.get_by_role("button", name="Назначить").click()
    expect(page.get_by_text("Право дано: администратор школы.")).to_be_visible()
    expect(page.get_by_role("link", name="Снять права: Елагина Анна, администратор школы")).to_be_visible()
    assert Grant.objects.filter(user__username="teacher", role=Grant.ADMINISTRATOR).exists()
