"""What a code looks like. Only letters that Latin and Cyrillic share, so that it reads the same in both, and no vowels, so that
no code is a word; no two characters look alike. 16 of 15 kinds are 62.5 bits: hopeless to guess through a throttled page."""

from __future__ import annotations

import secrets

from peremena.school.credentials import digest

ALPHABET = "23456789CHKMPTX"
LENGTH, GROUP = 16, 4
SCHEME = "activation"  # keeps these digests apart from those of strong ids

# The same letters on the other keyboard, and what the characters we use are mistaken for.
FOLDED = str.maketrans("СНКМРТХЗЧВBZS", "CHKMPTX348825")


def new_code() -> str:
    """As it is printed: four groups of four."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def folded(typed: str) -> str:
    """What was meant, however it was typed: any case, either keyboard, with dashes and spaces or without."""
    return "".join(character for character in typed.upper().translate(FOLDED) if character.isalnum())


def digest_of(typed: str) -> str:
    return digest(SCHEME, folded(typed))
