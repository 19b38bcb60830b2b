"""What all guides do on the running demo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from peremena.server.demo import phones
from peremena.server.demo_school import generate
from tests.cli.serving import free_ports, open_place, started

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


@contextmanager
def running_demo(*options: str) -> Iterator[Demo]:
    with open_place() as place:
        web, sandbox = free_ports()
        ports = ("--port", web, "--sandbox-port", sandbox)
        process, said = started(["demo", "--data", str(place / "data"), *ports, *options])
        try:
            assert said and said[-1] == "Остановить: Ctrl+C.", said
            package = place / "demo-school.zip"
            generate().write(package)
            yield Demo(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{sandbox}", place / "data", package)
        finally:
            process.terminate()
            process.communicate(timeout=60)


def enter(page: Page, name: str) -> None:
    page.goto("/")
    page.get_by_label("Имя для входа").fill(name)
    page.get_by_label("Пароль").fill(PASSWORD)


def own_menu(page: Page, entry: str) -> None:
    page.locator(".menu-name").click()
    page.get_by_role("button", name=entry).click()


def section(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Разделы").get_by_role("link", name=name).click()


def by_phone(page: Page, demo: Demo, name: str) -> None:
    """From VK ID's first page to the code; the demo's device knows somebody else."""
    known, field = page.get_by_role("button", name="Другой аккаунт"), page.get_by_label("Телефон или почта")
    expect(known.or_(field)).to_be_visible()
    if known.is_visible():
        known.click()
    number = phones()[name]
    field.fill(number)
    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_role("heading", name="Код из SMS")).to_be_visible()
    page.get_by_label("Код").fill(sms(page, demo, number))


def sms(page: Page, demo: Demo, number: str) -> str:
    """Looks at the phone, in a tab of its own."""
    tab = page.context.new_page()
    tab.goto(f"{demo.sandbox}/phone/?number={number.replace('+', '%2B')}")
    code = tab.locator(".messages strong").first.inner_text()
    tab.close()
    return code


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Продолжить").click()


def pictures_of(guide: Path) -> set[str]:
    return set(re.findall(r"\(pictures/([\w-]+)\.png\)", guide.read_text(encoding="utf-8")))


def pictures_in(walk: str) -> set[str]:
    return set(re.findall(r'picture\("([\w-]+)"\)', Path(walk).read_text(encoding="utf-8")))
