"""How a law is tried: on the same examples every time, so that only a change of ours breaks it, not the day's luck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

Case = TypeVar("Case")

same_every_time = settings(deadline=None, derandomize=True, database=None, max_examples=200)


def holds(cases: SearchStrategy[Case], law: Callable[[Case], None], examples: int = 200) -> None:
    """The law is true of every case that was tried."""
    settings(same_every_time, max_examples=examples)(given(cases)(_alone(law)))()


def refuted(cases: SearchStrategy[Case], law: Callable[[Case], None]) -> None:
    """Some case breaks the law."""
    trial = settings(same_every_time, max_examples=500, phases=[Phase.generate], report_multiple_bugs=False)
    with pytest.raises(AssertionError):
        trial(given(cases)(_alone(law)))()


def _alone(law: Callable[[Case], None]) -> Callable[[Case], None]:
    # Hypothesis tells tests apart by the function: each law gets one of its own.
    def trial(case: Case) -> None:
        law(case)

    return trial


def sentence(case: Any) -> str:
    """The test's name of a law or of something broken."""
    return str(case.__name__.replace("_", " "))
