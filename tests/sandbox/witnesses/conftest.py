from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.names import Names, names_of
from tests.sandbox.process import Sandbox, running
from tests.sandbox.witnesses import recorded
from tests.sandbox.witnesses.stand import Stand


@pytest.fixture(scope="session")
def _with_names() -> Iterator[tuple[Sandbox, Names]]:
    with running("--pace", "1000000", "--tls-port", "0") as sandbox:
        yield sandbox, names_of(sandbox)


@pytest.fixture(scope="session")
def _sandbox(_with_names: tuple[Sandbox, Names]) -> Sandbox:
    return _with_names[0]


@pytest.fixture(scope="session")
def names(_with_names: tuple[Sandbox, Names]) -> Names:
    return _with_names[1]


@pytest.fixture
def stand(sandbox: Sandbox, names: Names, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A stand-in that notes which methods the witness of this module was answered."""
    yield Stand(sandbox, names)
    if answered := sandbox.stats()["answered"]:
        recorded.CALLED[request.module.CLIENT].update(answered)
