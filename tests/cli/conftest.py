"""An installation as an administrator has it: a database prepared, a region with a connection to a running stand-in, nobody at
work until a command asks for it. Every test brings a school of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from peremena.server.demo_school import generate
from tests.cli.commands import ROOT, Commands, Said, clean
from tests.cli.packages import write_school
from tests.database import _KEYS as KEYS
from tests.messengers.sandbox import Sandbox, running_sandbox

DATABASE = "peremena_cli"


@pytest.fixture(scope="session")
def own_database(database_url: str) -> Iterator[str]:
    """A database of these tests' own in the server of the tests."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"create database {DATABASE}")
        yield urlunsplit(urlsplit(database_url)._replace(path=f"/{DATABASE}"))
        connection.execute(f"drop database {DATABASE} with (force)")


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="peremena-cli-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    """Its state lies where `people` looks for it: beside the data."""
    with running_sandbox(folder / "vk_sandbox") as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def peremena(own_database: str, folder: Path, sandbox: Sandbox) -> Commands:
    """The command in the prepared installation."""
    addresses = {"PEREMENA_VK_API_URL": sandbox.url, "PEREMENA_VK_ID_URL": sandbox.url}
    addresses |= {"PEREMENA_VK_ID_CLIENT_ID": "51000001"}
    peremena = Commands(DATABASE_URL=own_database, PEREMENA_DATA=str(folder), **KEYS, **addresses)
    _sound(peremena("migrate"))
    region = folder / "region.zip"
    generate(parallels=(1, 3, 5), letters="А").write(region)  # the one region, above every school of the tests
    _sound(peremena("roster", region, "--apply"))
    (service,) = sandbox.seed(
        [{"key": "service", "first_name": "Имя", "last_name": "Служба", "profiles": ["vk", "study"]}]
    )
    _sound(peremena("connection", "add", "--school", "demonstratsionnaia-oblast", told=service["token"]))
    return peremena


def _sound(said: Said) -> None:
    assert said.code == 0, said


@pytest.fixture
def school(peremena: Commands, tmp_path: Path) -> Callable[[str], str]:
    """Imports a school of that name and links its people; its key."""

    def school(name: str) -> str:
        _sound(peremena("roster", write_school(tmp_path / "school.zip", name), "--apply"))
        _sound(peremena("people", "--linked", "--school", name))
        return name

    return school


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens, kept from everybody else."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="module")
def worker(peremena: Commands) -> Iterator[None]:
    """Somebody at work, so that a command need not bring its own each time."""
    process = subprocess.Popen(
        [sys.executable, "-m", "peremena", "worker"], cwd=ROOT, env=clean() | peremena.env, stderr=subprocess.DEVNULL
    )
    while not peremena("status", "--json").json["workers"]:
        assert process.poll() is None
    yield
    process.terminate()
    process.wait(timeout=30)
