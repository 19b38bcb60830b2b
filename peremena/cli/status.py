from __future__ import annotations

from typing import Any

import click

from peremena.cli import output
from peremena.cli.installation import setup
from peremena.cli.schools import json_option


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Показать школы, подключения и работников."""
    with output.answering(as_json, {"schools": [], "connections": [], "workers": []}):
        setup()
        found = {"schools": _schools(), "connections": connections(), "workers": _workers()}
    if as_json:
        output.as_json(found)
    else:
        _tell(found)


def _schools() -> list[dict[str, Any]]:
    from peremena.core.roster import OrganizationKind
    from peremena.core.state import percent
    from peremena.school.models import Account, Organization
    from peremena.school.totals import chat_sums, people_of
    from peremena.sync.models import Run

    schools = list(Organization.objects.filter(kind=OrganizationKind.SCHOOL).order_by("key"))
    sums, people = chat_sums(), people_of(schools)
    linked = set(Account.objects.filter(ended_at=None).values_list("person", flat=True))
    runs = (
        Run.objects.filter(kind=Run.SYNC)
        .order_by("organization", "-pk")
        .distinct("organization")
        .values_list("organization", "pk", "state")
    )
    last = {organization: {"run": run, "state": state} for organization, run, state in runs}
    nothing = {"chats": 0, "seats": 0, "linked": 0, "inside": 0}
    return [
        {
            "key": school.key,
            "name": school.name,
            "chats": (own := sums.get(school.pk, nothing))["chats"],
            "seats": own["seats"],
            "linked": len(people.get(school.pk, set()) & linked),
            "percent": percent(own["inside"], own["linked"]),
            "last_run": last.get(school.pk),
        }
        for school in schools
    ]


def connections() -> list[dict[str, Any]]:
    from peremena.school.models import Connection

    rows = Connection.objects.select_related("organization").order_by("pk")
    return [
        {
            "id": row.pk,
            "organization": row.organization.key,
            "messenger": row.messenger,
            "kind": row.credential_kind,
            "state": row.state,
            "problem": row.problem or None,
        }
        for row in rows
    ]


def _workers() -> list[dict[str, Any]]:
    from peremena.jobs.models import Worker

    return [{"pid": row.pid, "queues": row.queues, "seen": row.seen_at.isoformat()} for row in Worker.objects.alive()]


def _tell(found: dict[str, Any]) -> None:
    for school in found["schools"]:
        share = "—" if school["percent"] is None else f"{school['percent']} %"
        output.say(
            f"{school['key']}: «{school['name']}», чатов {school['chats']}, мест {school['seats']}, "
            f"связали профиль {school['linked']} чел., в чатах {share}."
        )
    if not found["schools"]:
        output.say("Школ ещё нет: загрузите список школы, peremena roster ФАЙЛ --apply.")
    for connection in found["connections"]:
        trouble = f" ({connection['problem']})" if connection["problem"] else ""
        output.say(
            f"Подключение {connection['id']}: {connection['messenger']}, {connection['organization']}, "
            f"{connection['state']}{trouble}."
        )
    output.say(f"Работников: {len(found['workers'])}.")
