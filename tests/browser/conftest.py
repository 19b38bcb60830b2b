"""A real Chromium before the real server. A test prepares rows, then sees the site from outside."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page

from peremena.accounts.models import User
from peremena.asgi import application

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is in order is told by nobody: to carry it here costs more than to find it.
AXE = """
async tags => (await axe.run(document, {runOnly: tags, resultTypes: ["violations"]})).violations.flatMap(
    rule => rule.nodes.map(node => `${rule.id}: ${node.html} ${node.failureSummary}`))
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screenshots", help="folder for pictures of every page")
    parser.addoption("--guide", help="folder for the guides' pictures")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pictures are taken where they are asked for: left out here, they do not cost a browser and a database each."""
    if not config.getoption("--screenshots", default=None):
        pictures = [item for item in items if item.name.startswith("test_screenshots")]
        items[:] = [item for item in items if item not in set(pictures)]
        config.hook.pytest_deselected(items=pictures)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, never Playwright's own download."""
    if not (path := shutil.which("chromium")):
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no chromium on this machine")
    quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-sync",
            "--host-resolver-rules=MAP *.test 127.0.0.1",
            *quiet,
        ],
    }


@pytest.fixture(scope="session", autouse=True)
def _database_before_playwright(django_db_setup: None) -> None:
    """Creating the database is the ORM's work too: it must be over before Playwright's event loop begins."""


@pytest.fixture(scope="package", autouse=True)
def _rows_beside_playwright() -> Iterator[None]:
    """Nothing else runs in Playwright's event loop while a test writes its rows: here, and only here, the ORM may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    """Our ASGI application under uvicorn, as `peremena web` serves it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(application, lifespan="off", log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(autouse=True)
def _clean_limits(transactional_db: None) -> Iterator[None]:
    """Rows are seen by the server's threads, hence the transactions; wrong passwords are counted outside of them."""
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _application_at_vk_id(settings: Any) -> None:
    settings.VK_ID_CLIENT_ID = "51000001"


@pytest.fixture
def page(transactional_db: None, page: Page) -> Iterator[Page]:
    """A page that fails the test when the browser complained: errors in the console, refused by the CSP, thrown by a
    script. What a test expects it takes out of `page.complaints`."""
    page.set_default_timeout(10_000)
    complaints: list[str] = []
    page.complaints = complaints  # type: ignore[attr-defined]
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.goto("about:blank")  # nobody polls while the database is emptied
    assert complaints == []


@pytest.fixture
def sign_in(page: Page, base_url: str) -> Callable[[User], None]:
    """Gives the browser a session, without the form."""

    def sign_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])

    return sign_in


@pytest.fixture
def axe(page: Page) -> Callable[[], list[str]]:
    """What axe finds on the page: one line for each faulty element."""
    # `evaluate` is not subject to the page's CSP, a script tag would be.
    script = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

    def axe() -> list[str]:
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(script)
        found: list[str] = page.evaluate(AXE, AXE_RULES)
        return found

    return axe
