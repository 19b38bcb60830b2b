"""What a page says, element by element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from django.test.html import Element, parse_html


class Answer(Protocol):
    """What Django's client and a view give back alike."""

    @property
    def content(self) -> bytes: ...


def elements(response: Answer, name: str, /, **attributes: str) -> list[Element]:
    """Elements of that name, in the page's order, that have these attributes."""
    wanted = {(key.replace("_", "-"), value) for key, value in attributes.items()}
    found = walk(parse_html(response.content.decode()))
    return [one for one in found if one.name == name and wanted <= {(key, value) for key, value in one.attributes}]


def walk(element: Element) -> Iterator[Element]:
    """What is on the page: a template is not, until a script takes it out."""
    yield element
    for child in element.children:
        if isinstance(child, Element) and child.name != "template":
            yield from walk(child)


def text(element: Element | str) -> str:
    """All its words, as a screen reader goes through them."""
    if isinstance(element, str):
        return element
    parts = (
        text(child) for child in element.children if ("aria-hidden", "true") not in getattr(child, "attributes", ())
    )
    return " ".join(" ".join(parts).replace("\u00a0", " ").split()).replace(" ,", ",")


def texts(response: Answer, name: str, /, **attributes: str) -> list[str]:
    return [text(element) for element in elements(response, name, **attributes)]


def table(response: Answer) -> list[list[str]]:
    """The body of the page's table, row by row."""
    body = elements(response, "tbody")[0]
    rows = [element for element in walk(body) if element.name == "tr"]
    return [[text(cell) for cell in row.children if isinstance(cell, Element)] for row in rows]
