"""«Чаты» of a school: on, they follow its roster; off, they stay as they are."""

from __future__ import annotations

from peremena.audit.acts import Actor, act
from peremena.core.errors import UnusableInput
from peremena.core.roster import OrganizationKind
from peremena.school.models import Organization
from peremena.sync.models import Run
from peremena.sync.runs import cancel


def switch_chats(organization: Organization, *, on: bool, actor: Actor) -> int:
    """Nothing starts for a school that is switched off, and what is under way ends: so many runs. UnusableInput for what is
    no school."""
    if organization.kind != OrganizationKind.SCHOOL:
        raise UnusableInput(f"Организация «{organization.key}»: чаты бывают только у общеобразовательных школ.")
    with act("chats.on" if on else "chats.off", actor=actor, organization=organization.pk):
        # Approvals and changes take the same lock: none of them begins behind our back.
        stored = Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)
        stored.chats_enabled = organization.chats_enabled = on
        stored.save(update_fields=["chats_enabled"])
        runs = [] if on else list(Run.objects.filter(organization=stored, state__in=Run.OPEN).order_by("pk"))
        return sum(cancel(run, actor=actor) for run in runs)
