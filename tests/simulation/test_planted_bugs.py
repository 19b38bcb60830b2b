"""What the simulation is worth: it finds every bug that is planted on purpose, and soon."""

from __future__ import annotations

import pytest

from tests.simulation.campaign import Campaign
from tests.simulation.planted import PLANTED, Planted

WITHIN = 300  # schedules


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__)
def test_a_planted_bug_is_found(simulation: Campaign, planted: Planted) -> None:
    with pytest.MonkeyPatch.context() as patch:
        planted(patch)
        failure = simulation.first_failure(range(WITHIN))
    assert failure is not None, "nobody has noticed"
    assert f"--simulation-seed={failure.seed}" in str(failure)
