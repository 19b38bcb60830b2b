"""The database orders and looks as the rest of the product does."""

from __future__ import annotations

from django.db.models import Value

from peremena.core.titles import natural_key
from peremena.school.models import Source
from peremena.school.natural import NaturalKey, folded, folded_column

TEXTS = ("10А", "2А", "0010 а", "Ёлка", " ёж  и\tЕж ", "Школа № 17 - 1А", "12345678901", "1.2.03", "", "СТРОКА")


def test_the_key_of_the_database_is_the_key_of_the_titles(db: None) -> None:
    Source.objects.create(code="one")
    found = {text: Source.objects.annotate(key=NaturalKey(Value(text))).get().key for text in TEXTS}
    assert found == {text: natural_key(text) for text in TEXTS}


def test_the_fold_of_the_database_is_ours(db: None) -> None:
    Source.objects.create(code="Зелёный МИР ё Ё 7б")
    found = Source.objects.annotate(found=folded_column("code")).get()
    assert found.found == folded(found.code) == "ЗЕЛЕНЫЙ МИР Е Е 7Б"
