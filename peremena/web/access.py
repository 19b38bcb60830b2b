"""The one doorway: an object of a page is loaded for this user, or there is no such page."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.shortcuts import get_object_or_404

from peremena.accounts.models import User
from peremena.core.roster import OrganizationKind
from peremena.core.titles import natural_key
from peremena.school.models import Chat, Employment, Enrollment, Grant, Guardianship, Organization, Person
from peremena.sync.models import Run

BELOW_HIS_GRANTS = """
with recursive below (id) as (
    select organization_id from school_grant where user_id = %s and role = 'operator' and organization_id is not null
    union
    select child.id from school_organization child join below on child.parent_id = below.id
)
select id from below
"""


def administers(user: User) -> bool:
    """Whether the section «Администрирование» exists for him."""
    return Grant.objects.filter(user=user).exists()


def schools_for(user: User) -> QuerySet[Organization]:
    """An administrator's own schools; an operator's are all below his organization, or simply all."""
    granted = Grant.objects.filter(user=user)
    everywhere = Exists(granted.filter(role=Grant.OPERATOR, organization=None))
    own = granted.filter(role=Grant.ADMINISTRATOR).values("organization")
    below = RawSQL(BELOW_HIS_GRANTS, (user.pk,))  # noqa: S611 - a constant of ours with one parameter
    return Organization.objects.filter(kind=OrganizationKind.SCHOOL).filter(
        Q(everywhere) | Q(pk__in=own) | Q(pk__in=below)
    )


def administration_for(user: User) -> list[Organization]:
    """The schools he may choose from, as people count and spell; Http404 for a person who administers nothing."""
    schools = sorted(schools_for(user), key=lambda school: (natural_key(school.name), school.pk))
    if not schools and not administers(user):
        raise Http404
    return schools


def organization_for(user: User, key: str) -> Organization:
    return get_object_or_404(schools_for(user), key=key)


def chats_for(user: User, organization: Organization) -> QuerySet[Chat]:
    return Chat.objects.filter(organization__in=schools_for(user)).filter(organization=organization)


def chat_for(user: User, pk: int) -> Chat:
    chats = Chat.objects.select_related("organization", "school_class", "group__subject", "subject")
    return get_object_or_404(chats, organization__in=schools_for(user), archived_at=None, pk=pk)


def people_for(user: User, organization: Organization, *, once: bool = False) -> QuerySet[Person]:
    """Whoever is tied to the school: employed, enrolled, or guarding somebody enrolled. `once`: or has been."""
    school = schools_for(user).filter(pk=organization.pk)
    now = Q() if once else Q(ended=None)
    enrolled = [
        Enrollment.objects.filter(now, **{f"{unit}__organization__in": school}) for unit in ("school_class", "group")
    ]
    pupils = enrolled[0].values("person").union(enrolled[1].values("person"))
    employed = Employment.objects.filter(now, organization__in=school).values("person")
    guardians = [Guardianship.objects.filter(now, pupil__in=each.values("person")) for each in enrolled]
    return Person.objects.filter(pk__in=employed.union(pupils, *(each.values("guardian") for each in guardians)))


def runs_for(user: User, organization: Organization) -> QuerySet[Run]:
    return Run.objects.filter(organization__in=schools_for(user)).filter(organization=organization)


def run_for(user: User, pk: int) -> Run:
    return get_object_or_404(Run.objects.select_related("organization"), organization__in=schools_for(user), pk=pk)
