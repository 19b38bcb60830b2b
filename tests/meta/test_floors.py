"""The contracts of .importlinter hold, and each of them is broken by one wrong import."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from grimp import ImportGraph, build_graph
from importlinter.api import read_configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

from tests.meta.tree import ROOT

TYPES: dict[str, type[Contract]] = {
    "layers": LayersContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
}
CONFIGURATION = read_configuration(str(ROOT / ".importlinter"))
CONTRACTS: dict[str, dict[str, Any]] = {options["id"]: options for options in CONFIGURATION["contracts_options"]}
# Contract and one import, from → to, that nobody may write.
WRONG = (
    ("floors", "peremena.core.diff", "peremena.school.models"),
    ("floors", "peremena.school.models", "peremena.sync.models"),
    ("floors", "peremena.rosters.base", "peremena.messengers.base"),
    ("floors", "peremena.core.diff", "peremena.audit.acts"),
    ("floors", "peremena.audit.acts", "peremena.accounts.models"),
    ("core-is-pure", "peremena.core.plan", "django"),
    ("core-is-pure", "peremena.core.state", "time"),
    ("adapters-without-django", "peremena.messengers.base", "django"),
    ("messengers-independent", "peremena.messengers.vk.client", "peremena.messengers.memory"),
    ("one-http-doorway", "peremena.messengers.vk.client", "httpx2"),
    ("one-queue-doorway", "peremena.sync.models", "procrastinate"),
    ("sandbox-apart", "vk_sandbox.settings", "peremena.settings"),
    ("sandbox-apart", "peremena.settings", "vk_sandbox.settings"),
)


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    packages = CONFIGURATION["session_options"]["root_packages"]
    return build_graph(*packages, include_external_packages=True, cache_dir=None)


def kept(contract: str, graph: ImportGraph) -> bool:
    options = {name: value for name, value in CONTRACTS[contract].items() if name not in {"id", "type"}}
    kind = TYPES[CONTRACTS[contract]["type"]]
    judge = kind(options["name"], CONFIGURATION["session_options"], options)
    # A contract takes its exceptions out of the graph it is given.
    return judge.check(deepcopy(graph), verbose=False).kept


@pytest.mark.parametrize("contract", CONTRACTS)
def test_a_contract_holds(contract: str, graph: ImportGraph) -> None:
    assert kept(contract, graph)


@pytest.mark.parametrize(("contract", "importer", "imported"), WRONG)
def test_a_wrong_import_breaks_the_contract(contract: str, importer: str, imported: str, graph: ImportGraph) -> None:
    wrong = deepcopy(graph)
    assert importer in wrong.modules
    wrong.add_import(importer=importer, imported=imported)
    assert (kept(contract, graph), kept(contract, wrong)) == (True, False)


def test_every_contract_is_shown_to_be_breakable() -> None:
    assert {contract for contract, _, _ in WRONG} == {*CONTRACTS}
