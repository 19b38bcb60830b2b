"""The command `peremena`. Each command's module is imported only when it is called, so that `--help` is quick."""

from __future__ import annotations

import sys
from importlib import import_module

import click

# name → one line of help; the module peremena.cli.<name> has a click command of the same name.
COMMANDS = {
    "demo": "запустить всё с демонстрационной школой",
    "run": "запустить всё: базу, страницы, работника",
    "web": "только страницы",
    "worker": "только работник очереди",
    "migrate": "подготовить базу к этой версии",
    "doctor": "проверить настройки и подключения",
    "user": "учётные записи",
    "connection": "подключения к мессенджерам",
    "roster": "прочитать список школы, показать изменения, принять их",
    "plan": "показать, что надо сделать с чатами",
    "sync": "создать и обновить чаты",
    "status": "что есть и что происходит",
    "people": "люди и их учебные профили",
    "bench": "измерения",
}


class Commands(click.Group):
    """Commands by name, imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"peremena.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Команды"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def peremena() -> None:
    """Перемена: чаты школы по её спискам."""


def main() -> None:
    """Run a command. What cannot be used ends with one line on stderr and exit code 2."""
    try:
        peremena(prog_name="peremena")
    except Exception as error:
        from peremena.cli.installation import in_one_line  # imports Django, which --help does without

        if not (line := in_one_line(error)):
            raise
        click.echo(f"peremena: {line}", err=True)
        sys.exit(2)
