"""The one doorway: an object of a page is loaded for this user, or there is no such page."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from django.db.models import Exists, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.shortcuts import get_object_or_404

from peremena.accounts.models import User
from peremena.core.roster import OrganizationKind
from peremena.core.titles import natural_key
from peremena.intake.among import among_ids
from peremena.intake.models import Upload
from peremena.school.models import (
    Account,
    Chat,
    Connection,
    Employment,
    Enrollment,
    Grant,
    Guardianship,
    Organization,
    Person,
)
from peremena.school.places import chats_worked_in
from peremena.sync.models import ConnectionCheck, Run
from peremena.web.directory import directory, grants_over

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


def operated_by(user: User) -> QuerySet[Organization]:
    """An operator's organization and all below it, or simply all."""
    everywhere = Exists(Grant.objects.filter(user=user, role=Grant.OPERATOR, organization=None))
    below = RawSQL(BELOW_HIS_GRANTS, (user.pk,))  # noqa: S611 - a constant of ours with one parameter
    return Organization.objects.filter(Q(everywhere) | Q(pk__in=below))


def managed_by(user: User) -> QuerySet[Organization]:
    """Those whose settings are his to change: an administrator's own schools, and what an operator operates."""
    own = Grant.objects.filter(user=user, role=Grant.ADMINISTRATOR).values("organization")
    school = Q(pk__in=own, kind=OrganizationKind.SCHOOL)
    return Organization.objects.filter(school | Q(pk__in=operated_by(user).values("pk")))


def person_of(user: User) -> Person | None:
    """Who signs in with this account; None where nobody of the rosters does, or does any more."""
    return Person.objects.filter(user=user, ended=None).first()


def account_of(user: User, messenger: str) -> Account | None:
    """His own linked profile."""
    return Account.objects.filter(person__user=user, person__ended=None, messenger=messenger, ended_at=None).first()


def schools_for(user: User) -> QuerySet[Organization]:
    """An administrator's own schools; an operator's are all below his organization, or simply all."""
    return managed_by(user).filter(kind=OrganizationKind.SCHOOL)


def operates(user: User) -> bool:
    return Grant.objects.filter(user=user, role=Grant.OPERATOR).exists()


def schools_of_operator(user: User) -> list[Organization]:
    """The schools he looks after, as people count and spell; Http404 for whoever is no operator."""
    if not operates(user):
        raise Http404
    return administration_for(user)


def administration_for(user: User) -> list[Organization]:
    """The schools he may choose from, as people count and spell; Http404 for a person who administers nothing."""
    schools = sorted(schools_for(user), key=lambda school: (natural_key(school.name), school.pk))
    if not schools and not administers(user):
        raise Http404
    return schools


def staffed_by(user: User) -> QuerySet[Organization]:
    """Schools with chats where he works."""
    works = Employment.objects.filter(person__user=user, person__ended=None, ended=None)
    return Organization.objects.filter(pk__in=works.values("organization"), chats_enabled=True)


def registries_for(user: User) -> list[Organization]:
    """The schools whose registry he may open, as people count and spell; Http404 for who works and administers nowhere."""
    found = {school.pk: school for school in (*schools_for(user), *staffed_by(user))}
    if not found and not administers(user):
        raise Http404
    return sorted(found.values(), key=lambda school: (natural_key(school.name), school.pk))


def manages(user: User, school: Organization) -> bool:
    return schools_for(user).filter(pk=school.pk).exists()


def organization_for(user: User, key: str) -> Organization:
    return get_object_or_404(schools_for(user), key=key)


def grantable(user: User, school: Organization) -> list[tuple[str, Organization | None]]:
    """The rights over this school that he may give and take away: nobody gives more than he has himself."""
    rights: list[tuple[str, Organization | None]] = []
    if manages(user, school):
        rights.append((Grant.ADMINISTRATOR, school))
    above = [each for each in school.line if each.kind != OrganizationKind.SCHOOL]
    operated = set(operated_by(user).filter(pk__in=[each.pk for each in above]).values_list("pk", flat=True))
    rights += [(Grant.OPERATOR, each) for each in above if each.pk in operated]
    if Grant.objects.filter(user=user, role=Grant.OPERATOR, organization=None).exists():
        rights.append((Grant.OPERATOR, None))
    return rights


def user_for(user: User, school: Organization, pk: int) -> User:
    """An account that has to do with this school of his: by a person of it, or by a right over it."""
    known = any(entry.user == pk for entry in directory(school)) or grants_over(school).filter(user=pk).exists()
    if not known or not manages(user, school):
        raise Http404
    return get_object_or_404(User, pk=pk)


def out_of_reach(user: User, accounts: Iterable[int]) -> set[int]:
    """Of these accounts those with a right that is not his to give: a new password for one would make him more than he is."""
    if Grant.objects.filter(user=user, role=Grant.OPERATOR, organization=None).exists():
        return set()
    operator = Q(role=Grant.OPERATOR, organization__in=operated_by(user).values("pk"))
    administrator = Q(role=Grant.ADMINISTRATOR, organization__in=managed_by(user).values("pk"))
    within = Grant.objects.filter(operator | administrator)
    beyond = Grant.objects.filter(user__in=among_ids(accounts)).exclude(pk__in=within.values("pk"))
    return set(beyond.values_list("user", flat=True))


def uploads_for(user: User, school: Organization) -> QuerySet[Upload]:
    """His own, for a school of his."""
    return Upload.objects.filter(organization__in=schools_for(user)).filter(organization=school, user=user)


def upload_for(user: User, school: Organization, pk: int) -> Upload:
    return get_object_or_404(uploads_for(user, school).defer("content"), pk=pk)


def unconnected(user: User, school: Organization) -> list[Organization]:
    """Where a connection for this school can be added: he manages the place, and it is nearer than the one that serves it."""
    line = school.line
    connected = set(Connection.objects.filter(organization__in=line).values_list("organization", flat=True))
    nearer = list(takewhile(lambda each: each.pk not in connected, line))
    own = set(managed_by(user).filter(pk__in=[each.pk for each in nearer]).values_list("pk", flat=True))
    return [each for each in nearer if each.pk in own]


def checks_for(user: User, school: Organization) -> QuerySet[ConnectionCheck]:
    """Of connections that serve this school of his, or would."""
    if not manages(user, school):
        return ConnectionCheck.objects.none()
    return ConnectionCheck.objects.filter(organization__in=[each.pk for each in school.line]).order_by("pk")


def check_for(user: User, school: Organization, pk: int) -> ConnectionCheck:
    return get_object_or_404(checks_for(user, school), pk=pk)


def chats_for(user: User, organization: Organization) -> QuerySet[Chat]:
    """All of a school that he manages; where he only works, those he works in."""
    chats = Chat.objects.filter(organization=organization)
    return chats.filter(organization__in=schools_for(user)) if manages(user, organization) else _worked_in(user, chats)


def _worked_in(user: User, chats: QuerySet[Chat]) -> QuerySet[Chat]:
    person = person_of(user)
    if person is None:
        return chats.none()
    own = list(chats_worked_in(person.pk).values_list("pk", flat=True))
    return chats.filter(pk__in=own, organization__in=staffed_by(user))


def seen_chat(user: User, pk: int) -> Chat:
    """One that he may change, or works in and may look at."""
    chats = Chat.objects.select_related("organization", "school_class", "group__subject", "subject")
    found = get_object_or_404(chats, archived_at=None, pk=pk)
    if not chats_for(user, found.organization).filter(pk=pk).exists():
        raise Http404
    return found


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
