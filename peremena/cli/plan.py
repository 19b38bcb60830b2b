from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import click

from peremena.cli import output
from peremena.cli.installation import setup
from peremena.cli.schools import date_option, json_option, school_option, schools
from peremena.core.operations import OPERATIONS, ChatKind

# What a program is told when there is no plan to tell.
NOTHING: dict[str, Any] = {
    "chats": dict.fromkeys((kind.value for kind in ChatKind), 0),
    "seats": 0,
    "linked": 0,
    "operations": dict.fromkeys(OPERATIONS, 0),
    "by_hand": [],
    "refused": None,
    "fingerprint": None,
}


@click.command()
@school_option
@date_option
@click.option("--verify", is_flag=True, help="сначала заново прочитать чаты в мессенджере")
@json_option
def plan(key: str | None, on: datetime | None, verify: bool, as_json: bool) -> None:
    """Показать, что надо сделать с чатами; ничего не меняет."""
    with output.answering(as_json, NOTHING):
        whole = _whole(key, on.date() if on else None, verify)
    if as_json:
        output.as_json(whole)
    else:
        show(whole)


def _whole(key: str | None, on: date | None, verify: bool) -> dict[str, Any]:
    setup()
    from peremena.sync.planning import prepare
    from peremena.sync.runs import summary

    found = schools(key)
    plans = []
    with output.progress("План") as bar, output.unreachable_messenger():
        for number, school in enumerate(found):
            bar(number, len(found), school.key)
            plans.append(summary(prepare(school, on=on, verify=verify).plan))
    return together(plans)


def together(plans: list[dict[str, Any]]) -> dict[str, Any]:
    """Plans of several schools as one."""
    if len(plans) == 1:
        return plans[0]
    signed = hashlib.sha256("".join(plan["fingerprint"] for plan in plans).encode())
    return {
        **{
            name: {key: sum(plan[name][key] for plan in plans) for key in plans[0][name]}
            for name in ("chats", "operations")
        },
        **{name: sum(plan[name] for plan in plans) for name in ("seats", "linked")},
        "by_hand": [step for plan in plans for step in plan["by_hand"]],
        "refused": next((plan["refused"] for plan in plans if plan["refused"]), None),
        "fingerprint": signed.hexdigest(),
    }


def show(whole: dict[str, Any]) -> None:
    """The plan in words, on stderr."""
    kinds = ", ".join(f"{output.KINDS[kind]} {count}" for kind, count in whole["chats"].items() if count)
    output.say(
        f"Чатов нужно: {sum(whole['chats'].values())} ({kinds}); мест {whole['seats']}, связали профиль {whole['linked']}."
    )
    acts = [f"{output.OPERATIONS[name]} {count}" for name, count in whole["operations"].items() if count]
    output.say(f"Будет сделано: {', '.join(acts)}." if acts else "Делать нечего: чаты соответствуют спискам.")
    if whole["by_hand"]:
        output.say(f"Шагов, которые сделает человек: {len(whole['by_hand'])}.")
    if refused := whole["refused"]:
        output.say(
            f"План остановлен защитой: исключается {refused['value']:.0%} при пределе {refused['limit']:.0%} "
            f"({output.RULES[refused['rule']]}). Если так и надо: sync --reason «почему» --as ПОЛЬЗОВАТЕЛЬ."
        )
