"""The record of what the witnesses saw is true. Comes after all other tests of the stand-in (see conftest.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vk_sandbox
from tests.sandbox import schema
from tests.sandbox.witnesses import recorded

SANDBOX = Path(schema.__file__).parent
README = Path(vk_sandbox.__file__).parent / "README.md"
COVERAGE = [sys.executable, "-m", "vk_sandbox.coverage"]
STALE = "`make witnesses` renews the record"


def whole(request: pytest.FixtureRequest, *tests: Path) -> bool:
    """Whether all these files of tests were run, and nothing failed."""
    options, session = request.config.option, request.session
    narrowed = options.keyword or options.markexpr or options.deselect or getattr(options, "lf", False)
    narrowed = narrowed or any("::" in argument for argument in request.config.args)
    return not narrowed and not session.testsfailed and {*tests} <= {item.path for item in session.items}


def renewing(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--renew-witnesses", default=False))


@pytest.mark.parametrize("client", recorded.MODULES)
def test_what_a_client_was_answered_is_recorded(request: pytest.FixtureRequest, client: str) -> None:
    if not recorded.CALLED[client]:
        pytest.skip(f"{client} has called nothing: not installed, or its tests were not run")
    seen = recorded.seen(client)
    if whole(request, recorded.module(client)):
        if renewing(request):
            recorded.renew("clients", {client: seen})
        assert recorded.committed()["clients"].get(client) == seen, STALE
    else:
        known = recorded.committed()["clients"].get(client, {"methods": []})
        assert {*seen["methods"]} <= {*known["methods"]}, STALE


def test_what_was_checked_against_the_schema_is_recorded(request: pytest.FixtureRequest) -> None:
    checked: dict[str, Any] = {
        method: {"checked": sorted(shapes), "published": sorted(schema.methods()[method]["responses"])}
        for method, shapes in schema.CHECKED.items()
    }
    if not checked:
        pytest.skip("no test was run that checks answers against the schema")
    if whole(request, *SANDBOX.glob("test_*.py")):
        if renewing(request):
            recorded.renew("schema", checked)
        assert recorded.committed()["schema"] == checked, STALE
    else:
        known = {method: {*shapes["checked"]} for method, shapes in recorded.committed()["schema"].items()}
        assert {method: shapes - known.get(method, set()) for method, shapes in schema.CHECKED.items()} == {
            method: set() for method in schema.CHECKED
        }, STALE


def test_the_readme_carries_the_table_that_the_code_makes(request: pytest.FixtureRequest) -> None:
    if renewing(request):
        subprocess.run([*COVERAGE, "--write"], check=True)
    table = subprocess.check_output(COVERAGE, text=True)
    begin, end = "<!-- python -m vk_sandbox.coverage -->\n", "<!-- end -->"
    assert README.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0] == table, STALE
