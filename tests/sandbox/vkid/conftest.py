from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.process import Sandbox, running
from tests.sandbox.vkid import clock
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser

ANNA = {
    "key": "anna",
    "first_name": "Анна",
    "last_name": "Белова",
    "middle_name": "Ильинична",
    "sex": 1,
    "birthday": "1991-03-08",
    "phone": "+79990000001",
    "email": "anna@school.example",
    "password": "тайна Анны",
}


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def _sandbox(state: Path) -> Iterator[Sandbox]:
    with running("--pace", "1000000", "--state", str(state)) as sandbox:
        yield sandbox


@pytest.fixture
def app(sandbox: Sandbox) -> Application:
    app = Application(sandbox)
    app.register()
    return app


@pytest.fixture
def visitor(sandbox: Sandbox) -> Iterator[Browser]:
    browser = Browser(sandbox.url)
    with browser.http:
        yield browser


@pytest.fixture
def anna(sandbox: Sandbox) -> dict[str, Any]:
    """Known on this device, with both profiles."""
    seeded: dict[str, Any] = sandbox.seed(ANNA | {"profiles": ["vk", "study"], "device": True})["users"][0]
    return seeded


@pytest.fixture
def stranger(sandbox: Sandbox) -> dict[str, Any]:
    """Anna with both profiles, known on no device."""
    seeded: dict[str, Any] = sandbox.seed(ANNA | {"profiles": ["vk", "study"]})["users"][0]
    return seeded


@pytest.fixture
def pass_time(state: Path) -> Callable[[int], None]:
    return partial(clock.pass_time, state)
