"""Which installation a command speaks to, and waking Django for it."""

from __future__ import annotations

import os
from pathlib import Path

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg.errors import UndefinedColumn, UndefinedTable

from peremena.core.errors import UnusableInput
from peremena.server.data_folder import DataFolder, default_home

# What running.json tells, and the setting it becomes.
ANNOUNCED = {
    "database_url": "DATABASE_URL",
    "public_url": "PEREMENA_PUBLIC_URL",
    "vk_api_url": "PEREMENA_VK_API_URL",
    "vk_id_url": "PEREMENA_VK_ID_URL",
    "vk_messenger_url": "PEREMENA_VK_MESSENGER_URL",
    "vk_id_client_id": "PEREMENA_VK_ID_CLIENT_ID",
}
NOTHING_RUNS = "База не запущена: нужен «peremena demo» или «peremena run» (папка в PEREMENA_DATA) либо DATABASE_URL."
NOT_FOR_SERVING = "not-for-serving"  # the secret key of peremena.settings where none is given
PATIENCE = 5  # seconds for the database to answer


def database_is_told() -> bool:
    """Whether the environment names a database; an empty name is none."""
    return any(os.environ.get(name) for name in ("DATABASE_URL", "DATABASE_URL_FILE"))


def folders() -> list[DataFolder]:
    """Where a running tree may be: PEREMENA_DATA, else the default folders."""
    told = os.environ.get("PEREMENA_DATA")
    return [DataFolder(Path(told))] if told else [DataFolder(default_home(name)) for name in ("demo", "main")]


def is_there() -> bool:
    """Point the settings to DATABASE_URL or to the tree that runs in the data folder; whether there is one."""
    if database_is_told():
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
        if name in told and not os.environ.get(variable):
            os.environ[variable] = told[name]


def setup() -> None:
    """Wake Django; UnusableInput when there is no database to speak to."""
    if not is_there():
        raise UnusableInput(NOTHING_RUNS)
    wake_django()
    from django.conf import settings

    try:
        # Not through the pool: it would try for ten seconds and then not tell why.
        psycopg.connect(settings.DATABASE_URL, connect_timeout=PATIENCE).close()
    except psycopg.OperationalError as error:
        raise UnusableInput(f"База не отвечает: {_first_line(error)}. Проверьте DATABASE_URL.") from None


def wake_django() -> None:
    """UnusableInput when the settings cannot be read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peremena.settings")
    try:
        django.setup()
    except (OSError, ImproperlyConfigured, psycopg.Error) as error:
        raise UnusableInput(f"Настройки не читаются: {_first_line(error)}. Они описаны в docs/settings.md.") from error


def in_one_line(error: Exception) -> str:
    """What a person can mend: unusable input, a database that stopped answering or is not ready. "" about our own mistakes."""
    match error:
        case UnusableInput():
            return str(error)
        case ProgrammingError(__cause__=UndefinedTable() | UndefinedColumn()):
            return "База не подготовлена к этой версии программы: выполните peremena migrate."
        case OperationalError() | InterfaceError():
            return f"База перестала отвечать: {_first_line(error)}. Проверьте её и повторите команду."
    return ""


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
