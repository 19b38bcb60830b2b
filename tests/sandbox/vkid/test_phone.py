"""The page of the phone, and the link to it."""

from __future__ import annotations

from typing import Any

from tests.sandbox.process import Sandbox
from tests.sandbox.vkid.application import Application
from tests.sandbox.vkid.browser import Browser
from tests.sandbox.vkid.conftest import ANNA
from tests.sandbox.vkid.telephone import codes


def test_the_front_page_leads_to_the_phone(visitor: Browser) -> None:
    assert visitor.open("/").follow("Телефон").heading == "Телефон"


def test_a_number_shows_whose_it_is_and_what_came(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any]
) -> None:
    visitor.open("/phone/").press("Показать SMS", Номер="8 999 000 00 01")
    assert "+7 999 000-00-01 Анна Белова Пока ничего не пришло." in visitor.text
    visitor.open(app.address()).press("Другой аккаунт").press("Продолжить", Телефон_или_почта="+79990000001")
    [code] = codes(sandbox, "+79990000001")
    visitor.follow("прочитайте код на странице «Телефон»")
    assert f"Код для входа с VK ID: {code} только что" in visitor.text


def test_a_code_that_is_good_no_more_is_marked(
    app: Application, visitor: Browser, sandbox: Sandbox, anna: dict[str, Any], pass_time: Any
) -> None:
    visitor.open(app.address()).press("Другой аккаунт").press("Продолжить", Телефон_или_почта="+79990000001")
    pass_time(600)
    assert "10 мин назад , больше не действует" in visitor.open("/phone/?number=%2B79990000001").text


def test_a_number_that_was_not_issued_is_nobodys(visitor: Browser, sandbox: Sandbox) -> None:
    for number in ("+79990000001", "112"):
        visitor.open("/phone/").press("Показать SMS", Номер=number)
        assert (visitor.answer.status_code, "Такого номера стенд не выдавал" in visitor.text) == (404, True)


def test_free_numbers_are_issued_one_by_one_and_none_twice(
    app: Application, visitor: Browser, sandbox: Sandbox
) -> None:
    sandbox.control("seed", {"users": [ANNA | {"phone": "+70000000001"}], "phones": ["+70000000002", "+70000000001"]})
    for number in ("+7 000 000-00-03", "+7 000 000-00-04"):
        visitor.open("/phone/").press("Выдать свободный номер")
        assert f"{number} Свободный номер: VK ID с ним ещё нет" in visitor.text
    listed = [link for link in visitor._page.links if link.startswith("+7")]
    assert listed == ["+7 000 000-00-02", "+7 000 000-00-03", "+7 000 000-00-04", "+7 000 000-00-01"]
    assert "+7 000 000-00-01 Анна Белова" in visitor.text
    visitor.open(app.address()).press("Продолжить", Телефон_или_почта="+7 000 000-00-04")
    assert visitor.heading == "Код из SMS"


def test_thousands_of_numbers_are_not_all_listed(visitor: Browser, sandbox: Sandbox) -> None:
    sandbox.control("seed", {"phones": [f"+7000{number:07}" for number in range(1, 3000)]})
    assert visitor.open("/phone/").text.count("свободен") == 20


def test_a_number_is_not_issued_to_a_foreign_page(visitor: Browser, sandbox: Sandbox) -> None:
    assert sandbox.http.post("/phone/", data={}).status_code == 403
    assert "свободен" not in visitor.open("/phone/").text
