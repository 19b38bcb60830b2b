"""A class's codes are printed, and a pupil comes in by his; the code is good for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from peremena.accounts.models import User
from peremena.school.models import Person
from tests import school_rows as rows
from tests.browser.states.issuing import some_have_codes

OWN = "seven-other-invented-words"


@pytest.fixture
def pupils_page(browser: Browser, base_url: str) -> Page:  # type: ignore[misc]
    """Another browser, at home."""
    context = browser.new_context(base_url=base_url, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def printed_codes(page: Page) -> dict[str, str]:
    """An administrator prints the codes of the pupils of 1А."""
    page.goto("/users/")
    page.get_by_role("link", name="Коды для первого входа").click()
    page.get_by_label("Класс", exact=True).select_option("1А")
    expect(page.get_by_label("Одному классу")).to_be_checked()  # whoever sets a class means it
    page.get_by_label("родителям").uncheck()
    page.get_by_label("И тем, у кого уже есть").check()
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="Будут выданы коды 32 людям.")).to_be_visible()
    expect(page.get_by_text("Прежние неиспользованные коды 11 человек перестанут действовать.")).to_be_visible()
    page.get_by_role("button", name="Выдать и показать").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Выдано: 32 кода")
    expect(page.get_by_role("button", name="Напечатать")).to_be_visible()
    slips = page.get_by_role("region", name="1А").get_by_role("listitem")
    texts = [slip.locator("p").all_inner_texts() for slip in slips.all()]
    return {name: code for name, _, code, *_ in texts}


def test_a_printed_code_lets_its_pupil_in_once(page: Page, pupils_page: Page, sign_in: Callable[[User], None]) -> None:
    with rows.writing():
        viewer = some_have_codes()
    sign_in(viewer)
    codes = printed_codes(page)
    code = codes["Андреева-3 Анна"]

    pupils_page.goto("/")
    pupils_page.get_by_role("link", name="Первый вход по коду").click()
    pupils_page.get_by_label("Код с листка").fill(code.lower().replace("-", " "))
    pupils_page.keyboard.press("Enter")
    expect(pupils_page.get_by_role("heading", level=1)).to_have_text("Здравствуйте, Анна!")
    pupils_page.get_by_label("Имя для входа").fill("andreeva")
    pupils_page.get_by_label("Пароль", exact=True).fill(OWN)
    pupils_page.get_by_label("Пароль ещё раз").fill("something-else")
    pupils_page.keyboard.press("Enter")
    expect(pupils_page.get_by_text("Пароли не совпали")).to_be_visible()
    expect(pupils_page.get_by_label("Имя для входа")).to_have_value("andreeva")
    for field in ("Пароль", "Пароль ещё раз"):
        pupils_page.get_by_label(field, exact=True).fill(OWN)
    pupils_page.get_by_role("button", name="Открыть вход").click()
    expect(pupils_page.get_by_role("status")).to_contain_text("Ваше имя для входа: andreeva.")
    expect(pupils_page.locator(".menu-name")).to_have_text("Андреева-3 Анна")
    assert Person.objects.get(family_name="Андреева-3").user == User.objects.get(username="andreeva")

    pupils_page.goto("/accounts/activate/")
    expect(pupils_page.get_by_role("heading", level=1)).to_have_text("Вход уже выполнен")
    pupils_page.get_by_role("button", name="Выйти и ввести код").click()
    pupils_page.get_by_label("Код с листка").fill(code)
    pupils_page.get_by_role("button", name="Дальше").click()
    expect(pupils_page.get_by_role("alert")).to_contain_text("Код не подходит")

    page.get_by_role("link", name="К пользователям").click()
    expect(page.get_by_role("row", name="Андреева-3 Анна")).to_contain_text("вход открыт: andreeva")
    expect(page.get_by_role("row", name="Андреева-4 Анна")).to_contain_text("код выдан до")
    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # what was shown once is not shown again
        page.go_back()
    page.wait_for_url("chrome-error://chromewebdata/")
    page.goto("/users/")  # whatever the browser had to say about that has been said
    told = page.complaints  # type: ignore[attr-defined]
    told[:] = [line for line in told if "ERR_CACHE_MISS" not in line]


def test_paper_has_the_slips_and_nothing_else(page: Page, sign_in: Callable[[User], None]) -> None:
    with rows.writing():
        viewer = some_have_codes()
    page.emulate_media(color_scheme="dark")
    sign_in(viewer)
    codes = printed_codes(page)
    page.emulate_media(media="print", color_scheme="dark")
    for screen in (
        page.get_by_role("navigation"),
        page.get_by_role("button", name="Напечатать"),
        page.get_by_role("link"),
    ):
        expect(screen.locator("visible=true")).to_have_count(0)
    first = page.locator(".slips li").first
    assert [first.evaluate(f"each => getComputedStyle(each).{name}") for name in ("color", "breakInside")] == [
        "rgb(0, 0, 0)",
        "avoid",
    ]
    assert page.locator(".slips li:visible").count() == len(codes) == 32
