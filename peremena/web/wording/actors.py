"""Who did something, for people to read."""

from __future__ import annotations

from collections.abc import Iterable

from peremena.school.models import Person

SYSTEM = {
    "system:events": "сама система, по событию в мессенджере",
    "system:sync": "сама система",
    "system:demo": "сама система, при запуске стенда",
    "command-line": "командная строка",
}
USER, PERSON = "user:", "person:"


def names(actors: Iterable[str]) -> dict[str, str]:
    """Actor → words; one question for all of them."""
    actors = set(actors)
    users = {int(actor.removeprefix(USER)) for actor in actors if actor.startswith(USER)}
    people = {f"{USER}{person.user_id}": person.full_name for person in Person.objects.filter(user__in=users)}
    without = {int(actor.removeprefix(PERSON)) for actor in actors if actor.startswith(PERSON)}
    people |= {f"{PERSON}{person.pk}": person.full_name for person in Person.objects.filter(pk__in=without)}
    return {actor: people.get(actor) or SYSTEM.get(actor) or _unknown(actor) for actor in actors}


def _unknown(actor: str) -> str:
    if actor.startswith(USER):
        return f"учётная запись {actor.removeprefix(USER)}"
    if actor.startswith(PERSON):
        return f"человек {actor.removeprefix(PERSON)}"
    return "сама система"
