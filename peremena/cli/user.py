from __future__ import annotations

import secrets
import sys

import click

from peremena.cli.installation import setup
from peremena.cli.output import say
from peremena.cli.schools import school
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


def _invented() -> str:
    return secrets.token_urlsafe(12)
