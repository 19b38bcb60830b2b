from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import Any

import click

from peremena.cli import output
from peremena.cli.installation import setup
from peremena.cli.plan import show, together
from peremena.cli.schools import date_option, json_option, school_option, schools
from peremena.core.errors import UnusableInput

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
    setup()
    from peremena.cli.waiting import Waited, approved, wait, worker_at_hand
    from peremena.sync.planning import prepare
    from peremena.sync.runs import summary

    user = _named(username)
    if reason and user is None:
        raise UnusableInput("--reason: назовите и того, кто так решил: --as ПОЛЬЗОВАТЕЛЬ.")
    started = time.monotonic()
    day = on.date() if on else None
    with output.unreachable_messenger():
        prepared = [prepare(school, on=day, verify=verify) for school in schools(key)]
    if not as_json:
        show(together([summary(each.plan) for each in prepared]))
    if sys.stdin.isatty() and not yes:
        click.confirm("Выполнить?", abort=True, err=True)
    runs = [approved(each, user=user, reason=reason) for each in prepared]
    with worker_at_hand():
        waited: Waited = wait(runs)
    result = _result(waited.runs, time.monotonic() - started)
    if as_json:
        output.as_json(result)
    else:
        _tell(result)
    if waited.trouble:
        output.say(f"peremena: {waited.trouble}")
        sys.exit(2)
    sys.exit(0 if result["state"] == "done" else 1)


def _named(username: str) -> Any:
    from peremena.accounts.models import User

    if not username:
        return None
    if user := User.objects.filter(username=username, is_active=True).first():
        return user
    raise UnusableInput(f"--as {username}: такой учётной записи нет или вход закрыт.")


def _result(runs: list[Any], seconds: float) -> dict[str, Any]:
    """docs/schema/sync.json. Of several schools: the worst state, everything else added up."""
    states = {run.state for run in runs}
    return {
        "run": runs[-1].pk,
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
