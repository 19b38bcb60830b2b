"""Every address of VK ID is told of in the README."""

from __future__ import annotations

import re

from tests.meta.tree import ROOT
from vk_sandbox.vkid.table import ENDPOINTS

URLS = (ROOT / "vk_sandbox/vkid/urls.py").read_text(encoding="utf-8")
README = (ROOT / "vk_sandbox/README.md").read_text(encoding="utf-8")


def untold(urls: str) -> list[str]:
    """Pages of the way stand together as `/auth/…`; the style sheet is no address of VK's."""
    paths = [f"/{path}" for path in re.findall(r'path\("([^"]+)"', urls) if not path.endswith(".css")]
    told = README.partition("## VK ID")[2].partition("\n## ")[0]
    return [path for path in paths if not path.startswith("/auth/<") and path not in told]


def test_every_address_is_told_of() -> None:
    assert untold(URLS) == []


def test_one_that_is_not_would_be_noticed() -> None:
    assert untold('path("oauth2/new", new)') == ["/oauth2/new"]


def test_the_table_of_witnesses_has_all_that_applications_ask_for() -> None:
    pages = {"/phone/", *(f"/{path}" for path in re.findall(r'path\("(auth/<[^"]+|[^"]+\.css)"', URLS))}
    asked = {f"/{path}" for path in re.findall(r'path\("([^"]+)"', URLS)} - pages
    assert {name.partition(" ")[0] for name in ENDPOINTS} == asked
