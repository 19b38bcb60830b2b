"""How long to wait until something is tried again."""

from __future__ import annotations

from peremena.core.errors import Transient


def test_each_failure_in_a_row_doubles_the_wait_up_to_the_longest() -> None:
    trouble = Transient("flood", retry_after=5.0, longest=60.0)
    assert [trouble.wait(before) for before in range(6)] == [5.0, 10.0, 20.0, 40.0, 60.0, 60.0]


def test_no_number_of_failures_is_too_many() -> None:
    assert Transient("flood", retry_after=5.0).wait(100_000) == 3600.0


def test_what_needs_no_wait_never_gets_one() -> None:
    assert Transient("not_added", retry_after=0.0).wait(7) == 0.0
