"""Pages of the stand-in in all their states, and the laws for them: accessible, no sideways scrolling, in both schemes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import pytest
from playwright.sync_api import Page, expect

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class State(Generic[Subject]):
    """How one comes to it from a subject of the test's own. `refused` is the status the browser complains about."""

    way: Callable[[Page, Subject], None]
    heading: str
    refused: int = 0


def each(states: list[State[Subject]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("state", states, ids=lambda state: state.way.__name__)


def show(page: Page, subject: Subject, state: State[Subject]) -> None:
    state.way(page, subject)
    expect(page.get_by_role("heading", level=1)).to_have_text(state.heading)
    if state.refused:
        told = page.complaints.pop()  # type: ignore[attr-defined]
        assert f"the server responded with a status of {state.refused}" in told


def assert_clean(page: Page, subject: Subject, state: State[Subject], axe: Callable[[], list[str]]) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    show(page, subject, state)
    expect(page.get_by_text("Учебный стенд, не VK", exact=True)).to_be_in_viewport()
    assert axe() == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert ground(page) < 60
    assert axe() == []


def take_pictures(page: Page, subject: Subject, state: State[Subject], folder: Path, name: str) -> None:
    show(page, subject, state)
    for scheme in ("light", "dark"):
        for width, height in ((1280, 800), (320, 640)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": height})
            path = folder / f"{name}-{state.way.__name__}-{width}-{scheme}.png"
            page.screenshot(path=path, full_page=True)


def ground(page: Page) -> int:
    """How bright it is behind everything, up to 255."""
    return int(re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[0])


def went_on(page: Page, **typed: str) -> None:
    """Fills in by the labels' words, with _ for a space, and goes on."""
    for label, value in typed.items():
        page.get_by_label(label.replace("_", " "), exact=True).fill(value)
    page.get_by_role("button", name="Продолжить").click()
