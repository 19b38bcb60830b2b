from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messengers.sandbox import Sandbox, VkHarness, running_sandbox


@pytest.fixture(scope="session")
def vk_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    state: Path = tmp_path_factory.mktemp("vk_sandbox")
    with running_sandbox(state) as sandbox:
        yield sandbox


@pytest.fixture
def vk(vk_sandbox: Sandbox) -> Iterator[VkHarness]:
    harness = VkHarness(vk_sandbox)
    yield harness
    harness.close()


@pytest.fixture
def vk_community(vk_sandbox: Sandbox) -> Iterator[VkHarness]:
    harness = VkHarness(vk_sandbox, kind="community")
    yield harness
    harness.close()
