"""Which installation a command speaks to, and waking Django for it."""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.db import OperationalError, connection

from peremena.core.errors import UnusableInput
from peremena.server.data_folder import DataFolder, default_home

# What running.json tells, and the setting it becomes.
ANNOUNCED = {
    "database_url": "DATABASE_URL",
    "public_url": "PEREMENA_PUBLIC_URL",
    "vk_api_url": "PEREMENA_VK_API_URL",
    "vk_id_url": "PEREMENA_VK_ID_URL",
}
NOTHING_RUNS = "База не запущена: нужен «peremena demo» или «peremena run» (папка в PEREMENA_DATA) либо DATABASE_URL."


def folders() -> list[DataFolder]:
    """Where a running tree may be: PEREMENA_DATA, else the default folders."""
    told = os.environ.get("PEREMENA_DATA")
    return [DataFolder(Path(told))] if told else [DataFolder(default_home(name)) for name in ("demo", "main")]


def is_there() -> bool:
    """Point the settings to DATABASE_URL or to the tree that runs in the data folder; whether there is one."""
    if "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ:
        return True
    for folder in folders():
        if told := folder.running.read():
            enter(folder, dict(told))
            return True
    return False


def tree_is_running() -> bool:
    """Whether `peremena run` or `demo` looks after this database, and so keeps a worker alive."""
    url = os.environ.get("DATABASE_URL")
    return any((told := folder.running.read()) and told.get("database_url") == url for folder in folders())


def enter(folder: DataFolder, told: dict[str, str]) -> None:
    """Make the addresses and keys of a tree our own settings; what the environment says already wins."""
    os.environ.setdefault("PEREMENA_DATA", str(folder.path))
    for name, value in folder.environment().items():
        os.environ.setdefault(name, value)
    for name, variable in ANNOUNCED.items():
        if name in told:
            os.environ.setdefault(variable, told[name])


def setup() -> None:
    """Wake Django; UnusableInput when there is no database to speak to."""
    if not is_there():
        raise UnusableInput(NOTHING_RUNS)
    wake_django()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise UnusableInput(f"База не отвечает: {str(error).strip().splitlines()[0]} Проверьте DATABASE_URL.") from None


def wake_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peremena.settings")
    django.setup()
