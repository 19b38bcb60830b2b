from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.process import Sandbox
from tests.sandbox.witnesses import recorded
from tests.sandbox.witnesses.stand import Stand


@pytest.fixture
def stand(sandbox: Sandbox, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A stand-in that notes which methods the witness of this module was answered."""
    yield Stand(sandbox)
    recorded.CALLED[request.module.CLIENT].update(sandbox.stats()["answered"])
