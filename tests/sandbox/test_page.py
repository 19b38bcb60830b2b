"""The front page."""

from __future__ import annotations

import re

from tests.sandbox.process import Person, Sandbox
from tests.sandbox.test_method_table import TABLE


def test_the_page_says_what_it_is_and_what_it_serves(sandbox: Sandbox, owner: Person) -> None:
    sandbox.response("messages.createChat", owner.token, title="9А")
    page = sandbox.http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<p class="banner">Учебный стенд, не VK</p>' in page.text
    assert '<html lang="ru">' in page.text
    methods = re.findall(r"<code>(.+?)</code>\s*</td>\s*<td>(\d+)</td>", page.text)
    assert dict(methods)["messages.createChat"] == "1"
    assert dict(methods).keys() == TABLE.keys()


def test_the_page_has_a_strict_policy_and_nothing_inline(sandbox: Sandbox) -> None:
    page = sandbox.http.get("/")
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert re.findall(r"<script|<style|style=|<img|https?://", page.text) == []
    style = sandbox.http.get("/style.css")
    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")


def test_what_is_not_there_is_told_under_the_same_banner(sandbox: Sandbox) -> None:
    page = sandbox.http.get("/im")
    assert page.status_code == 404
    assert '<p class="banner">Учебный стенд, не VK</p>' in page.text
