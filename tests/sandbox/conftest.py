from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.process import Person, Sandbox, running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-witnesses", action="store_true", help="write vk_sandbox/witnesses.json and the table anew"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What compares this run with what is recorded comes after everything that it compares."""
    items.sort(key=lambda item: item.path.name == "test_recorded.py")


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
