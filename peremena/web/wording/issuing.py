"""Issuing codes for the first sign-in."""

from __future__ import annotations

from collections.abc import Sequence

from peremena.web.counting import Forms, counted, grouped
from peremena.web.issuing import Recipient

CHANGED = "Пока вы смотрели, список изменился или коды уже выданы. Проверьте и подтвердите ещё раз."
BEYOND = (
    "{name}: у этой учётной записи есть права, которых нет у вас, поэтому код может выдать только тот, у кого они есть."
)
CLOSED = "{name}: вход закрыт, код его не откроет."

OF_PEOPLE = Forms("человека", "человек", "человек")
DAYS = Forms("день", "дня", "дней")
TO_PEOPLE = Forms("человеку", "людям", "людям")
CODES = Forms("код", "кода", "кодов")


def question(people: Sequence[Recipient]) -> str:
    return f"Будут выданы коды {counted(len(people), TO_PEOPLE)}."


def replaced(count: int) -> str:
    return f"Прежние неиспользованные коды {counted(count, OF_PEOPLE)} перестанут действовать." if count else ""


def skipped(count: int) -> str:
    return f"Без кода останутся те, у кого есть права, которых нет у вас: {grouped(count)}." if count else ""


def given(count: int) -> str:
    return f"Выдано: {counted(count, CODES)}"


def good_for(days: int) -> str:
    return counted(days, DAYS)
