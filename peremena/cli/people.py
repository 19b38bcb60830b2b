from __future__ import annotations

import hashlib
from pathlib import Path

import click

from peremena.cli.installation import folders, setup
from peremena.cli.output import say
from peremena.cli.schools import school_option, schools
from peremena.core.errors import UnusableInput


@click.command()
@click.option("--linked", is_flag=True, required=True, help="дать людям связанные профили в учебном стенде")
@school_option
@click.option("--share", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="какой доле людей")
def people(linked: bool, key: str | None, share: float) -> None:
    """Дать людям школы связанные учебные профили (только в учебном стенде на этой машине)."""
    setup()
    from django.conf import settings

    from peremena.audit.acts import COMMAND_LINE
    from peremena.school.linking import link
    from peremena.school.models import Person
    from peremena.school.totals import people_of
    from peremena.server.sandbox import Sandbox
    from peremena.sync.figures import renew_schools

    found = schools(key, with_chats=False)
    sandbox = Sandbox(settings.VK_API_URL, _state())
    ids = {person for people in people_of(found).values() for person in people}
    rows = Person.objects.filter(pk__in=ids).order_by("pk")
    chosen = [row for row in rows if _chosen(row.public_id, share)]
    users = [{**_named(row), "key": row.public_id, "profiles": ["vk", "study"]} for row in chosen]
    answers = sandbox.seed(users)
    profiles = {row.pk: str(answer["study_id"]) for row, answer in zip(chosen, answers, strict=True)}
    new = link(profiles, messenger="vk", actor=COMMAND_LINE)
    renew_schools(found)
    say(f"Связали профиль: {len(chosen)} чел., из них сейчас {new}.")


def _state() -> Path:
    """The sandbox's folder beside the running tree's data."""
    for folder in folders():
        if (folder.sandbox).is_dir():
            return folder.sandbox
    raise UnusableInput("Учебного стенда нет: запустите «peremena demo» и укажите ту же папку в PEREMENA_DATA.")


def _chosen(public_id: str, share: float) -> bool:
    """The same people each time; a larger share includes a smaller one."""
    number = int.from_bytes(hashlib.sha256(public_id.encode()).digest()[:8])
    return number < share * 2**64


def _named(row: object) -> dict[str, str]:
    names = {"first_name": "given_name", "last_name": "family_name", "middle_name": "middle_name"}
    return {name: getattr(row, field) for name, field in names.items()}
