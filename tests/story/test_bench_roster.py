"""Schools made for measuring: exactly as big as they say, and read by us without a complaint."""

from __future__ import annotations

from pathlib import Path

from peremena.bench.roster import School, even
from peremena.rosters import read


def test_a_school_made_for_measuring_is_read_without_problems_and_has_the_size_it_says(tmp_path: Path) -> None:
    path = tmp_path / "school.zip"
    even(3, 4, subjects=2).write(path)
    reading = read(path)
    roster = reading.roster
    counts = (len(roster.classes), len(roster.groups), len(roster.people), len(roster.enrollments))
    assert (reading.problems, counts) == ((), (3, 3 * 2, 3 * 4, 3 * 4 * (1 + 2)))


def test_titles_of_classes_never_repeat() -> None:
    assert len(even(500, 1).classes) == 500


def test_the_chats_of_its_classes_are_known_beforehand() -> None:
    assert School({"1.1": ("a", "b")}).class_chats() == {
        "Школа для измерений - 1.1 - Чат класса": frozenset({"a", "b"})
    }
