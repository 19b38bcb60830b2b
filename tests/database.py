"""A pytest plugin: a PostgreSQL of the tests' own, unless DATABASE_URL names one.

pyproject.toml loads it with `-p`, because pytest-django reads the settings before any conftest.py. The address is
known before the server runs, so it starts only when the first test asks for the database. Each worker of xdist is a
pytest process with a server of its own; the one that distributes runs no tests, so it never starts any.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from peremena.server.postgres import Server

_PREFIX = "peremena-tests-"
# Valid Fernet keys of nothing: settings want them, tests encrypt invented tokens with them.
_KEYS = {
    "PEREMENA_SECRET_KEY": "tests-sign-nothing-that-matters",
    "PEREMENA_SECRET_KEYS": "dGVzdHMtZW5jcnlwdC1ub3RoaW5nLXRoYXQtbWF0dGU=",
}


class Database:
    """The embedded server of one pytest process."""

    def __init__(self) -> None:
        # Not tmp_path, which the server's account cannot enter when root runs the tests.
        self.server = Server(Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")), fast=True)
        self.running = False
        os.environ["DATABASE_URL"] = self.server.url

    def start(self) -> None:
        if not self.running:
            self.server.start()
            self.running = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> None:
        if fixturedef.argname in {"django_db_modify_db_settings", "database_url"}:
            self.start()

    def pytest_unconfigure(self) -> None:
        self.server.stop()
        shutil.rmtree(self.server.home, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url() -> str:
    """Address of a running server, for tests that give it to processes of their own; its database `peremena` is empty."""
    return os.environ["DATABASE_URL"]


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    """The earliest hook a plugin gets: pytest-django reads the settings right after it."""
    for name, value in _KEYS.items():
        os.environ.setdefault(name, value)
    # A worker of xdist inherits the address of the pytest that started it: nobody will answer there.
    if _PREFIX in (os.environ.get("DATABASE_URL") or _PREFIX):
        _sweep()
        pluginmanager.register(Database(), "peremena-database")


def _sweep() -> None:
    """Folders of test runs that were killed: they could not remove their own."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)
