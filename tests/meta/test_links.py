"""Papers point only to what is there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.meta.tree import ROOT, files, shown

CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)


def dead_links(text: str, folder: Path) -> list[str]:
    """Relative links of a Markdown text that lead to no file; addresses and anchors are not followed."""
    found = (inline or named for inline, named in LINK.findall(CODE.sub("", text)))
    relative = (link for link in found if not re.match(r"[a-z+]+:|#", link))
    return [link for link in relative if not _target(link, folder).exists()]


def _target(link: str, folder: Path) -> Path:
    path = link.partition("#")[0]
    return ROOT / path.lstrip("/") if path.startswith("/") else folder / path


def test_every_relative_link_leads_somewhere() -> None:
    found = {shown(path): dead_links(path.read_text(encoding="utf-8"), path.parent) for path in files(".md")}
    assert {name: dead for name, dead in found.items() if dead} == {}


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "here.md").touch()
    text = """
[a](here.md) [b](here.md#part "Title") ![c](gone.png) [d](https://example.org/gone.md) [e](#part) [f](mailto:a@example.org)
`[g](gone-in-code.md)` [h](/gone-from-root.md) [i](/pyproject.toml)
```
[j](gone-in-a-block.md)
```
[k]: gone-reference.md
"""
    assert dead_links(text, tmp_path) == ["gone.png", "/gone-from-root.md", "gone-reference.md"]
