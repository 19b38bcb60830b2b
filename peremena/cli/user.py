from __future__ import annotations

import csv
import secrets
import sys
from typing import Any

import click

from peremena.cli.installation import setup
from peremena.cli.output import say
from peremena.cli.schools import only_school, school
from peremena.core.errors import UnusableInput


@click.group()
def user() -> None:
    """Учётные записи."""


@user.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(["operator", "administrator"]), help="право")
@click.option("--school", "key", metavar="KEY", help="школа администратора (или организация оператора)")
def create(name: str, role: str, key: str | None) -> None:
    """Создать учётную запись администратора или оператора. Пароль спрашивается; без терминала он придумывается и печатается."""
    setup()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from peremena.accounts.models import User
    from peremena.audit.acts import COMMAND_LINE, act
    from peremena.school.models import Grant

    if role == Grant.ADMINISTRATOR and not key:
        raise UnusableInput("--role administrator: назовите школу, --school KEY (ключи показывает peremena status).")
    if User.objects.filter(username=name).exists():
        raise UnusableInput(f"Имя «{name}» уже занято: выберите другое.")
    organization = school(key) if key else None
    asked = sys.stdin.isatty()
    password = click.prompt("Пароль", hide_input=True, confirmation_prompt=True, err=True) if asked else _invented()
    try:
        validate_password(password)
    except ValidationError as error:
        raise UnusableInput(f"Пароль не подходит: {' '.join(error.messages)}") from None
    with act("user.create", actor=COMMAND_LINE):
        created = User.objects.create_user(name, password)
        Grant.objects.create(user=created, role=role, organization=organization)
    say(f"Создана учётная запись «{name}».")
    if not asked:
        click.echo(password)


@user.command()
@click.option("--school", "key", metavar="KEY", help="ключ школы (см. peremena status); иначе единственная")
@click.option("--class", "title", metavar="КЛАСС", help="только ученикам этого класса и их родителям, например 5А")
@click.option(
    "--again", is_flag=True, help="и тем, у кого уже есть неиспользованный код: прежний перестанет действовать"
)
def activate(key: str | None, title: str | None, again: bool) -> None:
    """Выдать одноразовые коды для первого входа тем, у кого ещё нет ни входа, ни кода. Таблица — на стандартный вывод, один
    раз: потом кодов не увидит никто."""
    setup()
    from django.utils import timezone

    from peremena.audit.acts import COMMAND_LINE
    from peremena.school.activation import Changed, expiry, issue
    from peremena.school.models.activation import last_day
    from peremena.web.issuing import Wanted, Whom, recipients
    from peremena.web.views.users import harmless

    found = only_school(key)
    wanted = Wanted(Whom.CLASS, _school_class(found, title), again=again) if title else Wanted(again=again)
    people = recipients(found, wanted)
    still = {each.entry.person: each.entry.code for each in people}
    try:
        codes = issue(list(still), found, actor=COMMAND_LINE, still=still) if still else {}
    except Changed:
        raise UnusableInput("Пока команда работала, коды выдал кто-то другой: повторите её.") from None
    table = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    table.writerow(["school", "class", "role", "name", "code", "valid_until"])
    until = last_day(expiry(timezone.now())).isoformat()
    for each in people:
        cells = (found.key, each.group, each.role, each.entry.name)
        table.writerow([*(harmless(cell) for cell in cells), codes[each.entry.person], until])
    say(f"«{found.name}»: выдано кодов: {len(codes)}, действуют до {until} включительно.")


def _school_class(school: Any, title: str) -> Any:
    from peremena.core.titles import natural_key
    from peremena.web.directory import current_classes

    classes = list(current_classes(school).order_by("sort_key", "pk"))
    for one in classes:
        if natural_key(one.title) == natural_key(title):
            return one
    have = f"есть: {', '.join(one.title for one in classes)}" if classes else "классов в школе нет"
    raise UnusableInput(f"--class {title}: такого класса нет; {have}.")


def _invented() -> str:
    return secrets.token_urlsafe(12)
