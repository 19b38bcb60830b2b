from __future__ import annotations

import click

from peremena.cli.installation import setup


@click.command()
def migrate() -> None:
    """Подготовить базу к этой версии программы."""
    setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    click.echo("База готова.", err=True)
