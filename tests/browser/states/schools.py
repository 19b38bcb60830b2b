"""An operator and his schools."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Organization
from tests import school_rows as rows
from tests.browser.states.registry import many_chats
from tests.browser.states.state import State
from tests.browser.states.viewers import connected, operator


def several() -> User:
    """A long name, figures, one without «Чаты», one that has been updated."""
    user = many_chats()
    rows.school("off", "Вечерняя школа")
    Organization.objects.filter(key="off").update(chats_enabled=False)
    connected()
    return user


def planned(page: Page) -> None:
    expect(page.locator("#plans .waiting")).to_have_count(0)


STATES = [
    State("schools", "schools", "/schools/", several),
    State("schools-not-found", "schools", "/schools/?q=нет такой", several),
    State("schools-none", "schools", "/schools/", operator),
    State("plan-many", "plan_many", "/schools/plan/?school=demo&school=long&school=s1", several, planned),
    State("plan-row", "plan_row", "/schools/plan/?school=demo", several, planned),
]
NO_PAGES = {"start_many": "answers POST alone"}
