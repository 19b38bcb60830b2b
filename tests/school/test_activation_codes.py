"""What a code looks like, and how it may be typed."""

from __future__ import annotations

from math import log2

import pytest
from pytest_django.fixtures import Settings

from peremena.school.activation_codes import ALPHABET, LENGTH, digest_of, folded, new_code

CODE = "CHKM-PTX2-3456-789C"
PLAIN = "CHKMPTX23456789C"


def test_a_code_is_four_groups_of_four_and_too_long_to_guess() -> None:
    code = new_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    assert folded(code) == code.replace("-", "")
    assert LENGTH * log2(len(set(ALPHABET))) >= 60
    assert len({new_code() for _ in range(1000)}) == 1000


def test_no_code_is_a_word_and_no_two_characters_look_alike() -> None:
    assert not set(ALPHABET) & set("AEIOUY")
    assert not set(ALPHABET) & set("01OILBZSGQ")


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        PLAIN,
        " chkm  ptx2 3456 789c ",
        "СНКМ-РТХ2-3456-789С",  # on the Russian keyboard
        "снкмртх23456789с",
        "СHКM—PТX2–3456.789C",  # some of each, with dashes that a text program has made
        "CHKM-PTXZ-З4S6-7В9C",  # as it looked to somebody
        "CHKMPTXz3ч5678b9c".replace("8b", "8"),
    ],
    ids=["printed", "small", "plain", "spaces", "cyrillic", "small-cyrillic", "mixed", "look-alikes", "four"],
)
def test_however_it_is_typed_the_same_is_meant(typed: str) -> None:
    assert folded(typed) == PLAIN


@pytest.mark.parametrize("typed", ["", "—", "CHKM-PTX2-3456-789", "CHKM-PTX2-3456-789CC", "CHKM-PTX2-3456-7890"])
def test_another_code_is_another_code(typed: str) -> None:
    assert digest_of(typed) != digest_of(CODE)


def test_a_digest_needs_our_key(settings: Settings) -> None:
    before = digest_of(CODE)
    settings.SECRET_KEYS = ["another"]
    assert digest_of(CODE) != before
    assert PLAIN not in before
