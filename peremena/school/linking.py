"""Linking people with their profiles in a messenger: many at once, or one who has chosen his."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from peremena.audit.acts import Actor, act
from peremena.core.errors import PeremenaError
from peremena.school.models import Account, Person


class AlreadyLinked(PeremenaError):  # noqa: N818 - states, not accidents
    """The person has another profile."""


class ProfileTaken(PeremenaError):  # noqa: N818
    """The profile is somebody else's."""


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


def choose(person: int, external_id: str, *, messenger: str, actor: Actor) -> bool:
    """Link a person with the profile he has chosen himself; False where it was so already. Nothing is ever taken over:
    AlreadyLinked, ProfileTaken."""
    open_ones = Account.objects.filter(messenger=messenger, ended_at=None)
    with act("account.link", actor=actor, person=person):
        Person.objects.select_for_update(no_key=True).get(pk=person)  # one link at a time
        own = open_ones.filter(person=person).values_list("external_id", flat=True).first()
        if own == external_id:
            return False
        if own is not None:
            raise AlreadyLinked
        try:
            with transaction.atomic():
                Account.objects.create(person_id=person, messenger=messenger, external_id=external_id)
        except IntegrityError:
            raise ProfileTaken from None
    return True


def unlink(person: int, *, messenger: str, actor: Actor) -> str | None:
    """End the person's link; the messenger id it was to, None where there was none."""
    with act("account.unlink", actor=actor):
        found = Account.objects.select_for_update().filter(person=person, messenger=messenger, ended_at=None).first()
        if found is None:
            return None
        found.ended_at = timezone.now()
        found.save(update_fields=["ended_at"])
        return found.external_id
