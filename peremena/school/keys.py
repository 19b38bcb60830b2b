"""Short names of organizations for addresses and the command line."""

from __future__ import annotations

from collections.abc import Container

from django.utils.text import slugify

# How Russian passports spell it; only to make a readable key, never shown as a name.
CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
LATIN = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y  e iu ia"
SPELLING = str.maketrans(dict(zip(CYRILLIC, LATIN.split(" "), strict=True)) | {"№": ""})


def free_key(name: str, taken: Container[str]) -> str:
    """A slug of `name` that is not in `taken`: «Демо школа» → demo-shkola, then demo-shkola-2."""
    base = slugify(name.casefold().translate(SPELLING))[:70].strip("-") or "organization"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key
