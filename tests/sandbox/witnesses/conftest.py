from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.names import Names, names_of
from tests.sandbox.process import Sandbox, running
from tests.sandbox.witnesses import recorded
from tests.sandbox.witnesses.stand import Stand


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def _with_names(state: Path) -> Iterator[tuple[Sandbox, Names]]:
    with running("--pace", "1000000", "--tls-port", "0", "--state", str(state)) as sandbox:
        yield sandbox, names_of(sandbox)


@pytest.fixture(scope="session")
def _sandbox(_with_names: tuple[Sandbox, Names]) -> Sandbox:
    return _with_names[0]


@pytest.fixture(scope="session")
def names(_with_names: tuple[Sandbox, Names]) -> Names:
    return _with_names[1]


@pytest.fixture
def stand(sandbox: Sandbox, names: Names, request: pytest.FixtureRequest) -> Iterator[Stand]:
    """A stand-in that notes which methods, and what of VK ID, the witness of this module was answered."""
    yield Stand(sandbox, names)
    stats = sandbox.stats()
    if answered := {*stats["answered"], *stats["vk_id"]}:
        recorded.CALLED[request.module.CLIENT].update(answered)
