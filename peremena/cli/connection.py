from __future__ import annotations

import sys
from typing import Any

import click

from peremena.cli import output
from peremena.cli.installation import setup
from peremena.cli.schools import json_option, school
from peremena.core.errors import MessengerError, UnusableInput


@click.group()
def connection() -> None:
    """Подключения к мессенджерам."""


@connection.command()
@click.option("--school", "key", required=True, metavar="KEY", help="организация; школы ниже её наследуют подключение")
@click.option("--messenger", default="vk", show_default=True, help="мессенджер")
@click.option("--kind", default="user", show_default=True, help="вид ключа доступа: user или community (сообщество)")
@click.option(
    "--strangers",
    type=click.Choice(["report", "remove"]),
    help="кто вошёл в чат без места: сообщать о нём (так и сначала) или исключать, меняя ссылку",
)
@click.option("--option", "options", multiple=True, metavar="ИМЯ=ЗНАЧЕНИЕ", help="настройка мессенджера")
def add(key: str, messenger: str, kind: str, strangers: str | None, options: tuple[str, ...]) -> None:
    """Добавить подключение или заменить его ключ. Ключ доступа читается со стандартного ввода, не из команды."""
    setup()
    from peremena.audit.acts import COMMAND_LINE
    from peremena.sync.connecting import put

    organization = school(key)
    token = (
        click.prompt("Ключ доступа", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline().strip()
    )
    if not token:
        raise UnusableInput("Ключ доступа пуст: передайте его на стандартный ввод, например «… connection add < файл».")
    with output.unreachable_messenger():
        made = put(
            organization,
            messenger=messenger,
            kind=kind,
            token=token,
            options=_options(options),
            strangers=strangers,
            actor=COMMAND_LINE,
        )
    output.say(f"Подключение {made.pk} готово: мы в мессенджере под номером {made.account}.")


def _options(given: tuple[str, ...]) -> dict[str, Any]:
    import json

    found: dict[str, Any] = {}
    for option in given:
        name, _, value = option.partition("=")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


@connection.command()
def check() -> None:
    """Проверить все подключения; остановленные, если ключ снова принят, продолжают работу."""
    setup()
    from peremena.audit.acts import COMMAND_LINE
    from peremena.school.models import Connection
    from peremena.sync.connecting import confirm

    failed = False
    for found in Connection.objects.select_related("organization").order_by("pk"):
        try:
            who = confirm(found, actor=COMMAND_LINE)
            output.say(f"Подключение {found.pk} ({found.organization.key}): работает, мы там {who.account}.")
        except (MessengerError, UnusableInput) as error:
            failed = True
            reason = error.reason if isinstance(error, MessengerError) else str(error)
            output.say(f"Подключение {found.pk} ({found.organization.key}): не работает, {reason}.")
    sys.exit(1 if failed else 0)


@connection.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Показать подключения."""
    setup()
    from peremena.cli.status import connections

    found = connections()
    if as_json:
        output.as_json(found)
    for row in found if not as_json else ():
        output.say(f"{row['id']}: {row['organization']}, {row['messenger']} ({row['kind']}), {row['state']}")
