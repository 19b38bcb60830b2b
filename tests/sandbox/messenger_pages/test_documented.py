"""Every address of the messenger is told of in the README."""

from __future__ import annotations

import re

from tests.meta.tree import ROOT

URLS = (ROOT / "vk_sandbox/messenger_pages/urls.py").read_text(encoding="utf-8")
TOLD = (ROOT / "vk_sandbox/README.md").read_text(encoding="utf-8").partition("## VK Messenger")[2].partition("\n## ")[0]


def untold(urls: str) -> list[str]:
    """What stands before the first part that varies; the style sheet is no address of VK's."""
    fixed = [f"/{path}" for path in re.findall(r'path\(r?"\^?([\w/.]+)', urls) if not path.endswith(".css")]
    return [path for path in fixed if f"`{path}" not in TOLD and f"{path}`" not in TOLD]


def test_every_address_is_told_of() -> None:
    assert len(re.findall(r"path\(", URLS)) == 7
    assert untold(URLS) == []


def test_one_that_is_not_would_be_noticed() -> None:
    assert untold('path("messenger/search", search)') == ["/messenger/search"]
