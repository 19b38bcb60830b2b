"""Somebody with a phone at hand."""

from __future__ import annotations

import re

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser

PHONE, FREE = "+79990000001", "+70000000007"


def codes(sandbox: Sandbox, number: str) -> list[str]:
    """What is in the SMS of this number, the last one first."""
    answer = sandbox.http.get("/phone/", params={"number": number})
    assert answer.status_code == 200, answer.text
    return re.findall(r"<strong>(\d{6})</strong>", answer.text)


def entered(app: Application, browser: Browser, name: str) -> Browser:
    return browser.open(app.address()).press("Продолжить", Телефон_или_почта=name)


def inside(app: Application, browser: Browser, sandbox: Sandbox, name: str = PHONE) -> Browser:
    entered(app, browser, name)
    return browser.press("Продолжить", Код=codes(sandbox, name)[0])
