"""Names to sign in by."""

from __future__ import annotations

import pytest

from peremena.school.models import Person
from peremena.school.usernames import ALLOWED, LONGEST, SHORTEST, is_taken, suggested
from tests import school_rows as rows


@pytest.mark.parametrize(
    ("family", "given", "name"),
    [
        ("Иванова", "Анна", "ivanova.a"),
        ("Щёлокова-Юрьева", "Яна", "shchelokova-iureva.i"),
        ("Константинопольская-Задунайская", "Жанна", "konstantinopolskaia-zadu.z"),
        ("Ли", "", "user.li"),
        ("王", "丽", "user"),
    ],
)
def test_a_name_to_sign_in_by_is_made_of_ones_own(db: None, family: str, given: str, name: str) -> None:
    assert suggested(Person(family_name=family, given_name=given)) == name
    with rows.writing():
        rows.user(name.upper())
    second = suggested(Person(family_name=family, given_name=given))
    assert second == f"{name}2"
    assert ALLOWED.fullmatch(second) and SHORTEST <= len(second) <= LONGEST
    assert (is_taken(name), is_taken(second)) == (True, False)
