"""A file is chosen, watched while it is read, and applied."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.intake.models import Upload
from peremena.intake.uploading import look, write
from peremena.school.models import Organization, SchoolClass
from tests import school_rows as rows
from tests.browser.states.viewers import administrator
from tests.cli.packages import CLASSES, write_school


def test_a_list_is_shown_and_then_applied(page: Page, sign_in: Callable[[User], None], tmp_path: Path) -> None:
    with rows.writing():
        sign_in(administrator(rows.school("demo")))
    path = write_school(tmp_path / "roster.zip", "journal")
    page.goto("/import/")
    page.get_by_label("Список школы").set_input_files(path)
    page.get_by_role("button", name="Загрузить").click()
    heading = page.locator("#upload-heading")
    expect(heading).to_have_text("Файл ждёт очереди…")
    look(Upload.objects.get().pk)
    expect(heading).to_have_text("Что изменится")
    expect(page.locator("#upload-said")).to_contain_text("Что изменится")
    page.get_by_role("button", name="Применить").click()
    expect(heading).to_have_text("Записываем…")
    write(Upload.objects.get().pk)
    expect(heading).to_have_text("Загружено")
    page.get_by_role("link", name="К чатам").click()
    expect(page.get_by_role("button", name="Создать/обновить чаты для организации")).to_be_visible()
    assert SchoolClass.objects.filter(organization=Organization.objects.get(key="demo")).count() == CLASSES
