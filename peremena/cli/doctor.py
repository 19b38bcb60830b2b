from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import click
from cryptography.fernet import Fernet

from peremena.cli.installation import NOT_FOR_SERVING, setup
from peremena.cli.output import say
from peremena.core.errors import MessengerError, UnusableInput

OLDEST = 150_000  # PostgreSQL 15, as the server tells its version
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Finding(NamedTuple):
    """What was looked at, and how it is; `mend` is empty where nothing is wrong."""

    what: str
    how: str
    mend: str = ""


@click.command()
@click.option("--new-key", is_flag=True, help="напечатать новый ключ для PEREMENA_SECRET_KEYS и закончить")
def doctor(new_key: bool) -> None:
    """Проверить настройки, базу, работников и подключения: что не так и как это исправить."""
    if new_key:
        click.echo(Fernet.generate_key().decode())
        return
    setup()
    wrong = False
    for check in CHECKS:
        found = list(check())
        for what, how, mend in found:
            say(f"не так: {what}: {how}. {mend}" if mend else f"хорошо: {what}: {how}.")
        wrong = wrong or any(finding.mend for finding in found)
        if check is _database and any(finding.mend for finding in found):
            break  # whatever follows asks its tables
    sys.exit(1 if wrong else 0)


def _address() -> Iterator[Finding]:
    from django.conf import settings

    what, url = "PEREMENA_PUBLIC_URL", urlsplit(settings.PUBLIC_URL)
    if url.scheme not in {"http", "https"} or not url.hostname:
        yield Finding(what, f"«{settings.PUBLIC_URL}» не адрес", "Задайте адрес сайта целиком: https://…")
    elif url.scheme == "http" and url.hostname not in LOOPBACK:
        yield Finding(what, f"{settings.PUBLIC_URL} без шифрования", "Поставьте перед сайтом TLS и задайте https://…")
    else:
        yield Finding(what, settings.PUBLIC_URL)
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding("PEREMENA_ALLOWED_HOSTS", "отвечает на любое имя", "Перечислите имена сайта через пробел.")


def _keys() -> Iterator[Finding]:
    from django.conf import settings

    from peremena.school.credentials import seal, unseal

    if settings.SECRET_KEY == NOT_FOR_SERVING:
        yield Finding("PEREMENA_SECRET_KEY", "не задан", "Задайте длинную случайную строку, одну для всех машин.")
    else:
        yield Finding("PEREMENA_SECRET_KEY", "задан")
    try:
        unseal(seal("проба"))
        yield Finding("PEREMENA_SECRET_KEYS", f"ключей {len(settings.SECRET_KEYS)}")
    except UnusableInput:
        new = "Новый печатает «peremena doctor --new-key»; прежние остаются в списке после него."
        yield Finding("PEREMENA_SECRET_KEYS", "нет годного ключа Fernet", new)


def _database() -> Iterator[Finding]:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("show server_version")
        version = cursor.fetchone()[0]
    old = "Нужна PostgreSQL 15 или новее." if connection.pg_version < OLDEST else ""  # type: ignore[attr-defined]
    yield Finding("База", f"PostgreSQL {version}", old)
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Finding("Таблицы", f"не применено изменений: {len(waiting)}", "Выполните peremena migrate.")
    else:
        yield Finding("Таблицы", "подготовлены к этой версии")


def _workers() -> Iterator[Finding]:
    from peremena.jobs.models import Worker

    alive = list(Worker.objects.alive())
    if alive:
        yield Finding("Работники", ", ".join(f"{worker.host} (процесс {worker.pid})" for worker in alive))
    else:
        yield Finding("Работники", "ни одного", "Запустите peremena run или peremena worker: без них чаты не меняются.")


def _connections() -> Iterator[Finding]:
    from peremena.school.models import Connection
    from peremena.sync.connections import opened

    for row in Connection.objects.select_related("organization").order_by("pk"):
        what = f"Подключение {row.pk} ({row.messenger}, {row.organization.key})"
        mend = "Замените ключ, peremena connection add, или проверьте сеть, затем peremena connection check."
        try:
            with opened(row) as there:
                who = there.identity()
        except (MessengerError, UnusableInput) as error:
            yield Finding(what, error.reason if isinstance(error, MessengerError) else str(error).rstrip("."), mend)
            continue
        if row.state != row.READY:
            yield Finding(what, f"остановлено ({row.problem})", "Ключ снова принят: peremena connection check.")
        else:
            yield Finding(what, f"мы там {who.account}, {who.name}")


def _linking() -> Iterator[Finding]:
    """VK ID tells the number of a person's main profile; no public call tells that of the study profile."""
    from django.conf import settings

    from peremena.web.vk_id import is_set_up, return_address

    what = "PEREMENA_VK_ID_CLIENT_ID"
    if is_set_up():
        yield Finding(what, "задан")
    else:
        mend = f"Создайте приложение VK ID с доверенным адресом возврата {return_address()} и задайте его номер."
        yield Finding(what, "не задан, связать профиль нельзя", mend)
    if urlsplit(settings.VK_ID_URL).hostname not in LOOPBACK and not settings.VK_ID_URL.startswith("https://"):
        yield Finding("PEREMENA_VK_ID_URL", f"{settings.VK_ID_URL} без шифрования", "Задайте адрес VK ID с https://.")
    if urlsplit(settings.VK_ID_URL).hostname in LOOPBACK:
        yield Finding("Привязка профилей", "учебный стенд на этой машине")
    else:
        yield Finding(
            "Привязка профилей",
            "VK ID сообщает номер основного профиля, номер учебного в открытом API не узнать: "
            "человек подтверждает его вторым шагом, вступив в чат по ссылке",
        )


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (_address, _keys, _database, _workers, _connections, _linking)
