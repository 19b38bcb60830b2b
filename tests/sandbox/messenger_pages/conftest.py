from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.process import Person, Sandbox
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA, anna, app, stranger, visitor
from tests.sandbox.vkid.telephone import PHONE, codes

__all__ = ["anna", "app", "stranger", "visitor"]


@pytest.fixture
def teacher(sandbox: Sandbox) -> Person:
    """One who makes chats."""
    known = {"first_name": "Борис", "last_name": "Котов", "sex": 2, "profiles": ["vk", "study"]}
    return Person(**sandbox.seed(known)["users"][0])


@pytest.fixture
def enter(sandbox: Sandbox, visitor: Browser) -> Callable[..., Browser]:
    """Anna signs in with her phone, after this page was asked for."""

    def enter(address: str = "/messenger/", **person: Any) -> Browser:
        sandbox.seed(ANNA | {"profiles": ["vk", "study"]} | person)
        visitor.open(address).press("Войти").press("Продолжить", Телефон_или_почта=PHONE)
        return visitor.press("Продолжить", Код=codes(sandbox, PHONE)[0])

    return enter
