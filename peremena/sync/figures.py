"""The figures of whole schools."""

from __future__ import annotations

from collections.abc import Iterable

from peremena.school.models import Organization
from peremena.sync.planning import prepare
from peremena.sync.projection import renew


def renew_schools(organizations: Iterable[Organization]) -> None:
    """Bring the figures of chats up to date where people or profiles have changed outside of a run."""
    for organization in organizations:
        if organization.active_year is not None and organization.chats_enabled:
            prepared = prepare(organization)
            renew(prepared.school, prepared.plan)
