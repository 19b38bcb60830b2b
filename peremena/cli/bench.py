"""Measurements. Each brings an installation of its own and takes it away again; nothing that runs already is touched."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

import click

from peremena.bench.report import Report
from peremena.bench.stack import throwaway
from peremena.cli import output
from peremena.cli.schools import json_option


@click.group()
def bench() -> None:
    """Измерения: каждое запускает всё своё в отдельной папке и убирает за собой."""


connection_option = click.option(
    "--connection",
    "kind",
    type=click.Choice(["user", "community"]),
    default="user",
    show_default=True,
    help="чьим ключом: пользователя или сообщества",
)


@bench.command()
@connection_option
@json_option
def requests(kind: str, as_json: bool) -> None:
    """Сколько запросов стоит синхронизация."""
    _show(_measured("requests", kind=kind), as_json)


@bench.command()
@connection_option
@json_option
def pace(kind: str, as_json: bool) -> None:
    """Какая доля разрешённого темпа используется."""
    _show(_measured("pace", kind=kind), as_json)


@bench.command()
@connection_option
@json_option
def urgent(kind: str, as_json: bool) -> None:
    """Через сколько секунд изменение видно в мессенджере, пока идёт большая синхронизация другой школы."""
    _show(_measured("urgent", kind=kind), as_json)


@bench.command()
@json_option
def linking(as_json: bool) -> None:
    """500 человек связывают учебный профиль через страницы VK ID, пока чаты создаются."""
    _show(_measured("linking"), as_json)


@bench.command()
@json_option
def plan(as_json: bool) -> None:
    """План школы на 1100 учеников рядом с одними запросами тех же строк."""
    _show(_measured("plan"), as_json)


@bench.command()
@json_option
def registry(as_json: bool) -> None:
    """Страница реестра, когда в базе 70 000 чатов, рядом с пустой."""
    _show(_measured("registry"), as_json)


@bench.command()
@json_option
def demo(as_json: bool) -> None:
    """Секунды «peremena demo» по этапам."""
    from peremena.bench.demo import measure

    _show(measure(), as_json)


@bench.command()
@json_option
def sandbox(as_json: bool) -> None:
    """Сколько вызовов в секунду выдерживает учебный стенд, пока ждут 500 опросов, и как скоро он их будит."""
    from peremena.bench.sandbox import measure

    _show(measure(), as_json)


@bench.command()
@click.option("--points", default=100, show_default=True, help="сколько раз убить")
@click.option(
    "--seed", default=1, show_default=True, help="номер первой точки; та же точка ещё раз: --seed N --points 1"
)
@json_option
def kill(points: int, seed: int, as_json: bool) -> None:
    """Убить работника, базу, всё дерево или мессенджер посреди синхронизации и проверить, что ничего не пропало."""
    _show(_measured("kill", points=points, seed=seed, tell=output.say), as_json)


@bench.command()
@click.option("--points", default=100, show_default=True, help="сколько синхронизаций испытать")
@click.option(
    "--seed", default=1, show_default=True, help="номер первой точки; та же точка ещё раз: --seed N --points 1"
)
@click.option("--pace", default=3, show_default=True, help="запросов в секунду, которые позволяет мессенджер")
@json_option
def campaign(points: int, seed: int, pace: int, as_json: bool) -> None:
    """То же, что kill, пока мессенджер отказывает, теряет ответы и медлит; и ни одного отказа из-за нашего темпа."""
    _show(_measured("campaign", points=points, seed=seed, pace=pace, tell=output.say), as_json)


@bench.command()
@click.option("--schedules", default=100_000, show_default=True, help="сколько расписаний")
@click.option("--seed", default=0, show_default=True, help="номер первого")
@json_option
def simulation(schedules: int, seed: int, as_json: bool) -> None:
    """Синхронизация при любых бедах в любом порядке, с виртуальными часами; только в рабочей копии проекта."""
    from peremena.bench.simulation import measure

    _show(measure(schedules=schedules, seed=seed, tell=output.say), as_json)


@bench.command()
@click.option("--points", default=20, show_default=True, help="сколько раз убить")
@click.option("--seed", default=1, show_default=True, help="номер первой точки")
@json_option
def fleet(points: int, seed: int, as_json: bool) -> None:
    """Два работника над одной базой: убить занятого посреди синхронизации и проверить, что другой закончил."""
    _show(_measured("fleet", points=points, seed=seed, tell=output.say), as_json)


def _measured(name: str, **options: object) -> Report:
    with throwaway() as stack:
        # Only now: its models need the settings that the stack has made.
        measure: Callable[..., Report] = import_module(f"peremena.bench.{name}").measure
        return measure(stack, **options)


def _show(report: Report, as_json: bool) -> None:
    if as_json:
        output.as_json(report.as_json())
    else:
        for line in report.lines():
            output.say(line)
    sys.exit(1 if report.missed else 0)
