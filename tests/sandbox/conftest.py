from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.process import Person, Sandbox, running


@pytest.fixture(scope="session")
def _sandbox() -> Iterator[Sandbox]:
    with running("--pace", "1000000") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_sandbox: Sandbox) -> Sandbox:
    """A stand-in that remembers nothing of other tests and hurries nobody."""
    assert _sandbox.control("reset").status_code == 200
    return _sandbox


@pytest.fixture
def owner(sandbox: Sandbox) -> Person:
    """One who makes chats."""
    [person] = sandbox.people(1, profiles=["vk", "study"])
    return person
