"""A title as a person meant it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from peremena.core.titles import cleaned
from tests.core.trial import holds


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("  Первый   «А» ", "Первый «А»"),
        ("1А\n\tЧат\u2028класса\u00a0!", "1А Чат класса !"),
        ("\u202eассалк таЧ\u202c", "ассалк таЧ"),
        ("\u20661А\u2069 \u200e\u200fЧат", "1А Чат"),
        ("Ч\u200bа\u200cт\u2060\ufeff", "Чат"),
        ("1\u200dА", "1А"),
        ("Чат\x00\x07\x7f", "Чат"),
        ("А \u200b Б", "А Б"),
        ("Йога", "Йога"),
        ("Семья 👨\u200d👩\u200d👧 и 👍🏽", "Семья 👨\u200d👩\u200d👧 и 👍🏽"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👍\u200d", "👍"),
        ("🎉", "🎉"),
        ("العربية", "العربية"),
    ],
)
def test_what_nobody_sees_is_left_out_and_the_rest_stays(typed: str, meant: str) -> None:
    assert cleaned(typed) == meant


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "\u202e\u202c", "\u3164", "\ufe0f", "\u0301", "\ud800"])
def test_where_nothing_is_left_to_read_there_is_no_title(typed: str) -> None:
    assert cleaned(typed) == ""


def test_a_cleaned_title_is_clean() -> None:
    def law(text: str) -> None:
        once = cleaned(text)
        assert cleaned(once) == once
        assert once == " ".join(once.split())

    parts = st.sampled_from(
        ["А", " ", "\u200d", "👨", "\ufe0f", "\u202e", "\u0301", "и", "\u0306", "\n", "\u3164", "\u1160"]
    )
    holds(st.lists(parts, max_size=8).map("".join), law)
    holds(st.text(max_size=12), law)
