"""What the pages are made of is ours, whole, and without code that a strict CSP would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

import peremena.web

WEB = Path(peremena.web.__file__).parent
VENDOR = WEB / "static" / "vendor"
INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|https?://(?!www\.w3\.org/)""")


def inline(text: str) -> list[str]:
    return INLINE.findall(text)


def templates() -> Iterator[Path]:
    yield from sorted((WEB / "templates").rglob("*.*"))


def test_no_template_has_code_or_styles_inline_or_asks_another_host() -> None:
    assert {path.name: found for path in templates() if (found := inline(path.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize(
    "fault",
    [
        "<style>",
        '<p style="color: red">',
        '<p onclick="x()">',
        "<script>x()</script>",
        '<a href="javascript:x()">',
        '<img src="https://example.org/x.png">',
    ],
)
def test_the_check_of_templates_can_fail(fault: str) -> None:
    assert len(inline(fault)) == 1


def test_vendored_files_are_whole_licensed_and_without_maps() -> None:
    for folder in VENDOR.iterdir():
        assert "MIT License" in (folder / "LICENSE").read_text(encoding="utf-8")
        for file in folder.glob("*.css"):
            assert "sourceMappingURL" not in file.read_text(encoding="utf-8")


def test_a_vendored_file_is_kept_for_ever_and_our_own_is_asked_for_again(client: Client, db: None) -> None:
    vendored, own = client.get("/static/vendor/tabler-1.6.1/tabler.min.css"), client.get("/static/peremena/page.css")
    assert vendored.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert own.headers["Cache-Control"] == "max-age=60, public"
