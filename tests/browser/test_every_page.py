"""Laws for all pages in all their states: accessible, no sideways scrolling, nothing refused by the CSP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from tests import school_rows as rows
from tests.browser.states import NO_PAGES, STATES
from tests.browser.states.state import State, path_of

each_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)


@pytest.fixture
def show(page: Page, sign_in: Callable[[User], None]) -> Callable[[State], None]:
    def show(state: State) -> None:
        with rows.writing():
            viewer = state.viewer()
        if viewer:
            sign_in(viewer)
        page.goto(path_of(state))
        if state.after:
            state.after(page)
        if state.refused:
            told = page.complaints.pop()  # type: ignore[attr-defined]
            assert f"the server responded with a status of {state.refused}" in told

    return show


def test_every_url_is_shown_or_is_no_page() -> None:
    names = {pattern.name for pattern in patterns(get_resolver())}
    assert names == {state.url_name for state in STATES if state.url_name} | set(NO_PAGES)


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


@each_state
def test_page_is_clean(state: State, page: Page, show: Callable[[State], None], axe: Callable[[], list[str]]) -> None:
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    show(state)
    assert axe() == []
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 640})
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe() == []


def test_axe_reports_a_fault(page: Page, axe: Callable[[], list[str]]) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('label[for=id_password]').remove()")
    assert [line.partition(":")[0] for line in axe()] == ["label"]


def test_a_refusal_by_the_csp_is_reported(page: Page) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('h1').setAttribute('onclick', 'x()'); document.querySelector('h1').click()")
    told = page.complaints  # type: ignore[attr-defined]
    assert [("Content Security Policy" in line) for line in told] == [True]
    told.clear()


@each_state
def test_screenshots(state: State, page: Page, show: Callable[[State], None], request: pytest.FixtureRequest) -> None:
    folder = request.config.getoption("--screenshots")
    for scheme in ("light", "dark"):
        for width, height in ((1280, 800), (390, 844)):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.set_viewport_size({"width": width, "height": height})
            if (scheme, width) == ("light", 1280):
                show(state)
            expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
            page.screenshot(path=Path(folder) / f"{state.name}-{width}-{scheme}.png", full_page=True)
