"""The demo as a person starts it, and a browser before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from peremena.server.demo_school import generate
from tests.browser.guides.walk import PATIENCE, SECONDS, Demo, Picture
from tests.cli.serving import free_ports, open_place, started


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with open_place() as place:
        web, sandbox = free_ports()
        process, said = started(["demo", "--data", str(place / "data"), "--port", web, "--sandbox-port", sandbox])
        try:
            assert said and said[-1] == "Остановить: Ctrl+C.", said
            package = place / "demo-school.zip"
            generate().write(package)
            yield Demo(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{sandbox}", place / "data", package)
        finally:
            process.terminate()
            process.communicate(timeout=60)


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
