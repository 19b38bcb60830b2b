"""What all guides do on the running demo."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

PASSWORD = "peremena-demo"
SECONDS = 1000  # milliseconds in one
PATIENCE = 60 * SECONDS
Picture = Callable[[str], None]


@dataclass(frozen=True)
class Demo:
    """`sandbox` is where VK's stand-in answers, `package` the demo school's roster."""

    address: str
    sandbox: str
    data: Path
    package: Path


def enter(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Имя для входа").fill(name)
    page.get_by_label("Пароль").fill(PASSWORD)


def own_menu(page: Page, entry: str) -> None:
    page.locator(".menu-name").click()
    page.get_by_role("button", name=entry).click()


def section(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Разделы").get_by_role("link", name=name).click()


def pictures_of(guide: Path) -> set[str]:
    return set(re.findall(r"\(pictures/([\w-]+)\.png\)", guide.read_text(encoding="utf-8")))


def pictures_in(walk: str) -> set[str]:
    return set(re.findall(r'picture\("([\w-]+)"\)', Path(walk).read_text(encoding="utf-8")))
