"""Phone numbers: one way to write each, and the ones that are nobody's yet."""

from __future__ import annotations

import re

from vk_sandbox.models import Account, FreePhone

SEPARATORS = re.compile(r"[\s().-]+")
FULL = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
FIRST_FREE = 70_000_000_001  # no operator has the code 000: such a number reaches nobody


def normal(entered: str) -> str | None:
    """+79990000001 for «8 (999) 000-00-01» and its like; None for what is no phone."""
    digits = SEPARATORS.sub("", entered)
    if re.fullmatch(r"[78]?[0-9]{10}", digits, re.ASCII):
        digits = f"+7{digits[-10:]}"
    return digits if FULL.fullmatch(digits) else None


def shown(number: str) -> str:
    """+7 999 000-00-01, in one line."""
    if re.fullmatch(r"\+7[0-9]{10}", number):
        return f"{number[:2]}\u00a0{number[2:5]}\u00a0{number[5:8]}-{number[8:10]}-{number[10:]}"
    return number


def is_free(number: str) -> bool:
    """Whether it was issued, and is nobody's VK ID."""
    return FreePhone.objects.filter(number=number).exists() and not Account.objects.filter(phone=number).exists()


def issue() -> str:
    """A new number that is nobody's."""
    number = FIRST_FREE
    taken = set(FreePhone.objects.filter(number__startswith="+7000").values_list("number", flat=True))
    taken |= set(Account.objects.filter(phone__startswith="+7000").values_list("phone", flat=True))
    while f"+{number}" in taken:
        number += 1
    return FreePhone.objects.create(number=f"+{number}").number
