"""The demo as a person starts it, and a browser before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.guides.walk import PATIENCE, SECONDS, Demo, Picture, running_demo


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with running_demo() as demo:
        yield demo


@pytest.fixture
def walker(demo: Demo, browser: Browser) -> Iterator[Page]:
    """A browser of its own, before the sign-in page; the browser complains of nothing on the whole way."""
    context = browser.new_context(
        base_url=demo.address, locale="ru-RU", viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)  # a whole tree works behind it, beside other tests
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    expect.set_options(timeout=5 * SECONDS)
    context.close()
    assert complaints == []


@pytest.fixture
def picture(walker: Page, request: pytest.FixtureRequest) -> Picture:
    """Saves what is seen where `--guide=FOLDER` asks for it."""
    folder = request.config.getoption("--guide", default=None)

    def picture(name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            walker.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return picture
