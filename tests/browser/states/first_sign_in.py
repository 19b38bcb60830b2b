"""«Первый вход», from the code to the name and the password."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from peremena.audit.acts import Actor
from peremena.school.activation import issue
from peremena.school.models import Organization, Person
from tests import school_rows as rows
from tests.browser.states.registry import LONG
from tests.browser.states.state import State
from tests.browser.states.viewers import connected, nobody, teacher

PAGE = "/accounts/activate/"


def school() -> None:
    found = connected()
    Organization.objects.filter(pk=found.pk).update(name=LONG)
    Person.objects.filter(family_name="Сидорова").update(
        given_name="Констанция-Александрина", middle_name="Владиславовна"
    )
    rows.employ(rows.person("Петрова", user=rows.user("konstantinopolskaya.zadunayskaya")), found)


def enter_code(page: Page, person: Person) -> None:
    code = issue([person.pk], Organization.objects.get(key="demo"), actor=Actor.system("tests"))[person.pk]
    page.get_by_label("Код с листка").fill(code)
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="Здравствуйте")).to_be_visible()


def pupil(page: Page) -> None:
    enter_code(page, Person.objects.filter(family_name="Сидорова").earliest("pk"))


def forgetful(page: Page) -> None:
    enter_code(page, Person.objects.exclude(user=None).get())


def nothing_good(page: Page) -> None:
    pupil(page)
    page.get_by_label("Имя для входа").fill("имя")
    page.get_by_label("Пароль", exact=True).fill("1234567")
    page.get_by_role("button", name="Открыть вход").click()
    expect(page.get_by_role("alert")).to_be_visible()


def wrong_code(page: Page) -> None:
    page.get_by_label("Код с листка").fill("CHKM-PTX2-3456-789C")
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("alert")).to_be_visible()


def too_many(page: Page) -> None:
    for _ in range(40):
        page.request.post(page.url, form={"code": "x", "csrfmiddlewaretoken": token(page)})
    page.get_by_label("Код с листка").fill("CHKM-PTX2-3456-789C")
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="Слишком много попыток")).to_be_visible()


def token(page: Page) -> str:
    return page.locator("input[name=csrfmiddlewaretoken]").input_value()


STATES = [
    State("first-sign-in", "first_sign_in", PAGE, school),
    State("first-sign-in-wrong", "first_sign_in", PAGE, school, wrong_code),
    State("first-sign-in-too-many", "first_sign_in", PAGE, nobody, too_many, 429),
    State("first-sign-in-signed-in", "first_sign_in", PAGE, teacher),
    State("first-account", "first_account", PAGE, school, pupil),
    State("first-account-wrong", "first_account", PAGE, school, nothing_good),
    State("first-account-again", "first_account", PAGE, school, forgetful),
]
