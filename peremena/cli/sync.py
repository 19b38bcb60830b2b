from __future__ import annotations

import sys
import time
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from peremena.cli import output
from peremena.cli.installation import setup
from peremena.cli.plan import show, together
from peremena.cli.schools import date_option, json_option, school_option, schools
from peremena.core.errors import UnusableInput

if TYPE_CHECKING:
    from peremena.accounts.models import User
    from peremena.cli.waiting import Waited
    from peremena.sync.models import Run
    from peremena.sync.planning import Prepared

# What a program is told when nothing could be begun.
NOTHING = {"run": None, "state": "failed", "done": 0, "failed": 0, "requests": 0, "seconds": 0.0}
WORST_FIRST = ("failed", "refused", "partial", "cancelled", "waiting", "queued", "running", "done")


@click.command()
@school_option
@date_option
@click.option("--verify", is_flag=True, help="сначала заново прочитать чаты в мессенджере")
@click.option("--yes", is_flag=True, help="не спрашивать подтверждения")
@click.option("--reason", default="", help="почему план, остановленный защитой, надо выполнить (один раз)")
@click.option("--as", "username", default="", metavar="USER", help="кто так решил")
@json_option
def sync(
    key: str | None, on: datetime | None, verify: bool, yes: bool, reason: str, username: str, as_json: bool
) -> None:
    """Создать и обновить чаты: показать план, выполнить, дождаться конца."""
    started = time.monotonic()
    with output.answering(as_json, NOTHING):
        setup()
        user = _named(username, reason)
        day, asks = on.date() if on else None, sys.stdin.isatty() and not yes
        prepared = _prepared(key, day, verify, quiet=as_json)
        if asks:
            click.confirm("Выполнить?", abort=True, err=True)
        waited = _carry_out(prepared, user, reason, day, looked_at=asks)
    result = _result(waited.runs, time.monotonic() - started)
    if as_json:
        output.as_json(result)
    else:
        _tell(result)
    if waited.trouble:
        raise UnusableInput(waited.trouble)
    sys.exit(0 if result["state"] == "done" else 1)


def _named(username: str, reason: str) -> User | None:
    from peremena.accounts.models import User

    if bool(username) != bool(reason):
        raise UnusableInput("--reason и --as нужны вместе: почему план надо выполнить и кто так решил.")
    if not username:
        return None
    if user := User.objects.filter(username=username, is_active=True).first():
        return user
    raise UnusableInput(f"--as {username}: такой учётной записи нет или вход закрыт.")


def _prepared(key: str | None, on: date | None, verify: bool, *, quiet: bool) -> list[Prepared]:
    """A plan for each school; nothing is begun when one of them has nothing to send it over."""
    from peremena.sync.connections import ready
    from peremena.sync.planning import prepare
    from peremena.sync.runs import summary

    with output.unreachable_messenger():
        prepared = [prepare(school, on=on, verify=verify) for school in schools(key)]
    for each in prepared:
        ready(each.organization, each.connection)
    if not quiet:
        show(together([summary(each.plan) for each in prepared]))
    return prepared


def _carry_out(prepared: list[Prepared], user: User | None, reason: str, on: date | None, *, looked_at: bool) -> Waited:
    from peremena.cli.waiting import WorkerAtHand, approved, changes_under_way, wait
    from peremena.sync.planning import prepare

    runs = []
    for each in prepared:
        again = None if looked_at else partial(prepare, each.organization, on=on)
        runs.append(approved(each, user=user, reason=reason, again=again))
    runs += changes_under_way(runs)
    with WorkerAtHand() as worker:
        return wait(runs, worker)


def _result(runs: list[Run], seconds: float) -> dict[str, Any]:
    """docs/schema/sync.json. Of several schools: the worst state, everything else added up."""
    states = {run.state for run in runs}
    return {
        "run": next((run.pk for run in reversed(runs) if run.kind == run.SYNC), None),
        "state": next(state for state in WORST_FIRST if state in states),
        "done": sum(run.done for run in runs),
        "failed": sum(run.failed for run in runs),
        "requests": sum(run.requests for run in runs),
        "seconds": round(seconds, 3),
    }


def _tell(result: dict[str, Any]) -> None:
    words = {
        "done": "Готово",
        "partial": "Выполнено не всё",
        "failed": "Не выполнено",
        "refused": "План остановлен защитой, ничего не сделано",
        "cancelled": "Отменено",
    }
    word = words.get(result["state"], "Ждёт")
    output.say(f"{word}: шагов сделано {result['done']}, не удалось {result['failed']}, за {result['seconds']:.1f} с.")
