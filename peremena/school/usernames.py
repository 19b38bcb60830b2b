"""Names to sign in by, which people choose themselves: what they may look like, and one made of the person's own name."""

from __future__ import annotations

import re

from django.utils.text import slugify

from peremena.accounts.models import User
from peremena.school.keys import SPELLING
from peremena.school.models import Person

SHORTEST, LONGEST = 3, 30
ALLOWED = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?", re.ASCII)


def suggested(person: Person) -> str:
    """«Иванова Анна» → ivanova.a, or ivanova.a2 where that is taken."""
    family, given = _latin(person.family_name), _latin(person.given_name)
    base = ".".join(part for part in (family[: LONGEST - 6].rstrip("-_"), given[:1]) if part)
    if len(base) < SHORTEST:
        base = f"user.{base}".strip(".")
    taken = {
        name.lower() for name in User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    }
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name


def is_taken(username: str) -> bool:
    """Sign-in does not tell large letters from small ones, so neither does this."""
    return User.objects.filter(username__iexact=username).exists()


def _latin(word: str) -> str:
    return slugify(word.casefold().translate(SPELLING)).strip("-_")
