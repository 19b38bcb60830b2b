"""Russian text in the database, as people order and look for it."""

from __future__ import annotations

from django.db.models import CharField, Func
from django.db.models.expressions import Combinable, F, Value
from django.db.models.functions import Collate, Replace, Upper


class NaturalKey(Func):
    """`core.titles.natural_key` of an expression: 2А before 10А, Ё right after Е, case and spaces aside."""

    function = "regexp_replace"
    output_field = CharField()
    # From the inside: spaces and case, then ё, then every number as long as eight digits at least.
    template = (
        r"regexp_replace(regexp_replace(replace(lower(regexp_replace(btrim(%(expressions)s), '\s+', ' ', 'g')), "
        r"'ё', 'е' || chr(65535)), '(\d+)', '00000000\1', 'g'), '0*(\d{8,})(?!\d)', '\1', 'g')"
    )

    def __init__(self, expression: Combinable | str) -> None:
        super().__init__(expression)


def in_natural_order(expression: Combinable | str) -> Collate:
    """To order by, whatever the collation of the database."""
    return Collate(NaturalKey(expression), "C")


def folded(text: str) -> str:
    """As it is looked for: «зеленый» finds «Зелёный»."""
    return text.upper().replace("Ё", "Е")


def folded_column(name: str) -> Replace:
    """`folded` of a column."""
    return Replace(Upper(F(name)), Value("Ё"), Value("Е"))
