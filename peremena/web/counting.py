"""Numbers as Russian sentences want them."""

from __future__ import annotations

from typing import NamedTuple

NBSP = "\u00a0"


class Forms(NamedTuple):
    """A noun beside 1, 2 and 5: «чат», «чата», «чатов»."""

    one: str
    few: str
    many: str


def plural(number: int, forms: Forms) -> str:
    """The form that goes with `number`: 21 чат, 22 чата, 11 чатов."""
    if 11 <= number % 100 <= 14:
        return forms.many
    return {1: forms.one, 2: forms.few, 3: forms.few, 4: forms.few}.get(number % 10, forms.many)


def grouped(number: int) -> str:
    """12345 → «12 345», with spaces that do not break."""
    return f"{number:,}".replace(",", NBSP)


def counted(number: int, forms: Forms) -> str:
    return f"{grouped(number)}{NBSP}{plural(number, forms)}"


def share(value: float) -> str:
    """0.3075 → «30,8 %»."""
    return f"{value * 100:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}%"


def duration(seconds: float) -> str:
    """«меньше минуты», «3 минуты», «2 часа 5 минут»: as exact as a waiting person needs it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "меньше минуты"
    hours, minutes = divmod(minutes, 60)
    parts = [counted(hours, Forms("час", "часа", "часов"))] if hours else []
    if minutes:
        parts.append(counted(minutes, Forms("минута", "минуты", "минут")))
    return " ".join(parts)
