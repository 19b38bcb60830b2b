"""«Пользователи» and the question about a right."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from peremena.accounts.models import User
from peremena.school.models import Grant, Organization, Person
from tests import school_rows as rows
from tests.browser.states.registry import LONG, without_roster
from tests.browser.states.state import State
from tests.browser.states.viewers import administrator, connected, operator

PAGE, RIGHTS = "/users/", "/users/demo/rights/{teacher}/"
LONG_NAME = "Константинопольская-Задунайская-Переславльская"


def people() -> User:
    """Some of everybody, long names, several pages."""
    school = connected()
    Organization.objects.filter(pk=school.pk).update(name=LONG)
    first = school.classes.get()
    rows.employ(rows.person("Елагина", user=rows.user("teacher"), linked=True), school)
    rows.employ(
        rows.person(LONG_NAME, user=rows.user("konstantinopolskaya.zadunayskaya.pereslavlskaya")), school, "aide"
    )
    for number in range(30):
        pupil = rows.person(f"Андреева-{number}", linked=number % 3 == 0)
        rows.enroll(pupil, first)
        rows.guard(pupil, Person.objects.filter(family_name=LONG_NAME).get())
    user = administrator(school)
    rows.employ(Person.objects.get(user=user), school, "principal")
    return user


def closed() -> User:
    user = people()
    User.objects.filter(username="teacher").update(is_active=False)
    return user


def last_of_all() -> User:
    """The teacher is the only administrator and looks at his own right."""
    people()
    Grant.objects.all().delete()
    teacher = User.objects.get(username="teacher")
    Grant.objects.create(user=teacher, role=Grant.ADMINISTRATOR, organization=Organization.objects.get(key="demo"))
    return teacher


def from_above() -> User:
    people()
    return operator()


def unsure(page: Page) -> None:
    page.get_by_role("button", name="Снять").click()
    expect(page.get_by_role("alert")).to_be_visible()


STATES = [
    State("users", "users", PAGE, people),
    State("users-filtered", "users", f"{PAGE}?role=parent&linked=no", people),
    State("users-nobody-found", "users", f"{PAGE}?text=никого", people),
    State("users-empty", "users", PAGE, without_roster),
    State("users-without-schools", "users", PAGE, operator),
    State("rights", "rights", RIGHTS, people),
    State("rights-closed", "rights", RIGHTS, closed),
    State("rights-last", "rights", RIGHTS, last_of_all, unsure),
    State("rights-operator", "rights", RIGHTS, from_above),
]
NO_PAGES = {"users_csv": "a table to save"}
