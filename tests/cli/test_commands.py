"""Every command of the contract is there and tells about itself."""

from __future__ import annotations

from importlib import import_module

import click
import pytest
from click.testing import CliRunner

from peremena.cli.main import COMMANDS, peremena
from tests.cli.commands import Commands, validator

CONTRACT = {
    "demo": {"--port", "--sandbox-port", "--data", "--fresh", "--once", "--connection"},
    "run": {"--port", "--data"},
    "web": {"--port", "--host"},
    "worker": {"--queue", "--sole"},
    "migrate": set(),
    "doctor": {"--new-key"},
    "user create": {"--role", "--school"},
    "user activate": {"--school", "--class", "--again"},
    "connection add": {"--school", "--messenger", "--kind", "--strangers", "--option"},
    "connection check": set(),
    "connection list": {"--json"},
    "roster": {"--school", "--format", "--year", "--on", "--strict", "--apply", "--json"},
    "plan": {"--school", "--on", "--verify", "--json"},
    "sync": {"--school", "--on", "--verify", "--yes", "--reason", "--as", "--json"},
    "status": {"--json"},
    "people": {"--linked", "--school", "--share"},
}  # fmt: skip


def command(words: str) -> click.Command:
    first, *rest = words.split()
    found: click.Command = getattr(import_module(f"peremena.cli.{first}"), first)
    for word in rest:
        assert isinstance(found, click.Group)
        found = found.commands[word]
    return found


@pytest.mark.parametrize("words", CONTRACT)
def test_a_command_takes_the_options_of_the_contract(words: str) -> None:
    options = [parameter for parameter in command(words).params if isinstance(parameter, click.Option)]
    assert {max(option.opts, key=len) for option in options} == CONTRACT[words]


def test_every_command_but_the_measurements_stands_in_the_contract() -> None:
    assert set(COMMANDS) - {"bench"} == {words.split()[0] for words in CONTRACT}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    said = CliRunner().invoke(peremena, [name, "--help"])
    assert (said.exit_code, "Usage: " in said.stdout) == (0, True), said


def test_help_of_the_program_lists_every_command_and_needs_no_django() -> None:
    said = Commands(PYTHONPROFILEIMPORTTIME="1")("--help")
    assert said.code == 0
    assert [name for name in COMMANDS if f"  {name} " not in said.out] == []
    assert [line for line in said.err if line.endswith(("| django", "django.db"))] == []


def test_an_unknown_command_is_a_usage_error() -> None:
    assert Commands()("no-such").code == 2


@pytest.mark.parametrize("name", ["roster", "plan", "sync", "status"])
def test_a_schema_is_closed(name: str) -> None:
    """Whoever reads our JSON may rely on every name in it, so none comes unannounced."""
    schema = validator(name).schema
    assert (schema["additionalProperties"], sorted(schema["required"])) == (False, sorted(schema["properties"]))
