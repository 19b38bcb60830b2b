"""The two roles that no roster gives: given and taken away by name. Who may do so is the caller's to know (web.access)."""

from __future__ import annotations

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.school.activation import void
from peremena.school.models import Grant, Organization, Person


def give(user: User, role: str, organization: Organization | None, *, actor: Actor, reason: str = "") -> bool:
    """Whether it is new. `organization` None = everywhere."""
    with act(
        "grant.give", actor=actor, reason=reason, user=user.pk, organization=organization.pk if organization else 0
    ):
        # An open code was issued for an account with fewer rights, perhaps by somebody who has fewer himself.
        void(Person.objects.filter(user=user))
        return Grant.objects.get_or_create(user=user, role=role, organization=organization)[1]


def withdraw(user: User, role: str, organization: Organization | None, *, actor: Actor, reason: str = "") -> bool:
    """Whether there was one."""
    with act(
        "grant.withdraw", actor=actor, reason=reason, user=user.pk, organization=organization.pk if organization else 0
    ):
        return bool(Grant.objects.filter(user=user, role=role, organization=organization).delete()[0])
