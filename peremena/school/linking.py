"""Linking people with their profiles in a messenger, many at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.school.models import Account


def link(accounts: Mapping[int, str], *, messenger: str, actor: Actor) -> int:
    """Person id → messenger id. A person linked to another profile is linked anew; how many were new is returned. A profile
    that somebody else holds is left with him."""
    now = timezone.now()
    open_ones = Account.objects.filter(messenger=messenger, ended_at=None)
    held = set(open_ones.filter(external_id__in=accounts.values()).values_list("external_id", flat=True))
    first = {external: person for person, external in reversed(list(accounts.items()))}
    wanted = {person: external for external, person in first.items() if external not in held}
    with act("account.link", actor=actor):
        open_ones.filter(person__in=wanted).update(ended_at=now)
        Account.objects.bulk_create(
            Account(person_id=person, messenger=messenger, external_id=external) for person, external in wanted.items()
        )
    return len(wanted)


def unlink(person: int, *, messenger: str, actor: Actor) -> str | None:
    """End the person's link; the messenger id it was to, None where there was none."""
    with act("account.unlink", actor=actor):
        found = Account.objects.select_for_update().filter(person=person, messenger=messenger, ended_at=None).first()
        if found is None:
            return None
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        return found.external_id
