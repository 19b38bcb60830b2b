"""Short names of organizations."""

from __future__ import annotations

import pytest

from peremena.school.keys import free_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Демо школа", "demo-shkola"),
        ("МБОУ «СОШ № 5 им. Ю. А. Гагарина»", "mbou-sosh-5-im-iu-a-gagarina"),
        ("Щукинский объезд", "shchukinskii-obieezd"),
        ("School 42", "school-42"),
        ("№", "organization"),
        ("", "organization"),
    ],
)
def test_a_key_can_be_read_and_typed(name: str, key: str) -> None:
    assert free_key(name, ()) == key


def test_a_key_that_is_taken_gets_a_number() -> None:
    taken = {"demo-shkola", "demo-shkola-2"}
    assert free_key("Демо школа", taken) == "demo-shkola-3"


def test_a_key_fits_its_column_with_its_number() -> None:
    long = "Школа " * 100
    first = free_key(long, ())
    assert (len(first) <= 70, first.endswith("-")) == (True, False)
    assert len(free_key(long, {first})) <= 80
