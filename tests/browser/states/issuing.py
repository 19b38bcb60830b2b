"""Codes for the first sign-in: for whom, the question, and the slips."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.activation import issue
from peremena.school.models import Grant, Organization, Person
from tests import school_rows as rows
from tests.browser.states.registry import without_roster
from tests.browser.states.state import State
from tests.browser.states.users import people

PAGE = "/users/demo/codes/"


def some_have_codes() -> User:
    viewer = people()
    school = Organization.objects.get(key="demo")
    chosen = Person.objects.filter(family_name__startswith="Андреева-1").values_list("pk", flat=True)
    issue(list(chosen), school, actor=Actor.system("tests"))
    second = rows.school_class(school, "1Б")
    pupil = rows.person("Яковлева")
    rows.enroll(pupil, second)
    return viewer


def staff_have_codes() -> User:
    viewer = people()
    teacher = Person.objects.get(family_name="Петрова")
    issue([teacher.pk], Organization.objects.get(key="demo"), actor=Actor.system("tests"))
    return viewer


def somebody_greater() -> User:
    viewer = people()
    Grant.objects.create(user=User.objects.get(username="teacher"), role=Grant.OPERATOR, organization=None)
    return viewer


def of_teacher(page: Page) -> None:
    page.get_by_label("Имя", exact=True).fill("елаг")
    page.get_by_label("Имя", exact=True).press("Enter")
    page.get_by_role("link", name="Выдать код: Елагина Анна").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Коды для первого входа")


def nobody_to_give(page: Page) -> None:
    expect(page.get_by_role("heading", name="Выдавать некому")).to_be_visible()


def printed(page: Page) -> None:
    page.get_by_role("button", name="Выдать и показать").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Выдано")


STATES = [
    State("codes", "issue_codes", PAGE, some_have_codes),
    State("codes-question", "issue_codes", f"{PAGE}?whom=everybody&again=1", some_have_codes),
    State("codes-nobody", "issue_codes", f"{PAGE}?whom=staff", staff_have_codes, nobody_to_give),
    State("codes-no-classes", "issue_codes", PAGE, without_roster),
    State("codes-one", "users", "/users/", people, of_teacher),
    State("codes-beyond", "users", "/users/", somebody_greater, of_teacher),
    State("codes-issued", "issue_codes", f"{PAGE}?whom=everybody&again=1", some_have_codes, printed),
]
