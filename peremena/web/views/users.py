"""«Пользователи»: who is who at a school, who can sign in, who has not linked his profile."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from peremena.school.models import Grant, Organization, Person
from peremena.web import access
from peremena.web.directory import Entry, Filter, Role, details, directory, grants_over
from peremena.web.schools import chosen_school
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import people as words

ROWS = 25
TITLE = "Пользователи"
LONGEST_SEARCH = 100
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one


@dataclass(frozen=True)
class Row:
    entry: Entry
    roles: str
    sign_in: str
    is_administrator: bool


@dataclass(frozen=True)
class Share:
    """How many of one role have linked their profile."""

    title: str
    role: str
    linked: int
    all: int

    @property
    def left(self) -> int:
        return self.all - self.linked


@require_safe
def users(request: SignedInRequest) -> HttpResponse:
    school, schools = chosen_school(request)
    if school is None:
        return render(request, "web/without_schools.html", {"title": TITLE})
    everybody = directory(school)
    wanted = wanted_of(request)
    paginator = Paginator(wanted.of(everybody), ROWS)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "school": school,
        "schools": schools,
        "wanted": wanted,
        "is_filtered": any(asdict(wanted).values()),
        "nobody": not everybody,
        "page": page,
        "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "rows": rows_of(school, list(page.object_list)),
        "shares": shares(everybody),
        "rights": rights_over(school, request),
        "roles": [(role.value, words.ROLES[role]) for role in words.FILTER_ROLES],
        "sign_ins": words.SIGN_INS.items(),
        "links": words.LINKS.items(),
        "export": f"{reverse('users_csv', args=[school.key])}?{urlencode(asdict(wanted))}",
    }
    return render(request, "web/users.html", context)


@require_safe
def users_csv(request: SignedInRequest, key: str) -> HttpResponse:
    """What the page shows, all pages of it, for a spreadsheet."""
    school = access.organization_for(request.user, key)
    found = rows_of(school, wanted_of(request).of(directory(school)))
    text = StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(["ФИО", "Роли", "Вход", "Профиль Сферум"])
    for row in found:
        linked = words.LINKS["yes" if row.entry.is_linked else "no"]
        table.writerow([harmless(cell) for cell in (row.entry.name, row.roles, row.sign_in, linked)])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="users-{school.key}.csv"'
    return response


def harmless(cell: str) -> str:
    """A spreadsheet must not calculate what somebody has called himself."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def wanted_of(request: SignedInRequest) -> Filter:
    """The filter of the address; what it does not know is not filtered by."""

    def told(name: str, known: Sequence[str]) -> str:
        value = request.GET.get(name, "")
        return value if value in known else ""

    return Filter(
        text=" ".join(request.GET.get("text", "").split())[:LONGEST_SEARCH],
        role=told("role", [role.value for role in words.FILTER_ROLES]),
        sign_in=told("sign_in", Filter.SIGN_INS),
        linked=told("linked", Filter.LINKS),
    )


def rows_of(school: Organization, entries: Sequence[Entry]) -> list[Row]:
    found = details(school, [entry.person for entry in entries])
    return [
        Row(entry, words.roles(entry, found), words.sign_in(entry), Role.ADMINISTRATOR in entry.roles)
        for entry in entries
    ]


def shares(entries: Sequence[Entry]) -> list[Share]:
    found = []
    for role, title in words.MANY.items():
        own = [entry.is_linked for entry in entries if role in entry.roles]
        if own:
            found.append(Share(title, role.value, sum(own), len(own)))
    return found


@dataclass(frozen=True)
class Right:
    """A grant as the page lists it; `may_withdraw`: this viewer may."""

    user: int
    name: str
    what: str
    role: str
    organization: str
    may_withdraw: bool


def rights_over(school: Organization, request: SignedInRequest) -> list[Right]:
    """Everybody who has a say here, with or without a person of this school behind the account."""
    grants = list(grants_over(school).select_related("user", "organization").order_by("role", "user__username"))
    people = {
        person.user_id: person.full_name for person in Person.objects.filter(user__in=[g.user_id for g in grants])
    }
    may = {
        (role, organization.pk if organization else None)
        for role, organization in access.grantable(request.user, school)
    }
    return [
        Right(
            grant.user_id,
            people.get(grant.user_id, grant.user.username),
            words.right(grant.role, grant.organization),
            grant.role,
            grant.organization.key if grant.organization else "",
            (grant.role, grant.organization_id) in may,
        )
        for grant in grants
    ]


def page_of(school: Organization) -> str:
    return f"{reverse('users')}?{urlencode({'school': school.key})}"


def is_last_administrator(user: int, school: Organization) -> bool:
    others = Grant.objects.filter(role=Grant.ADMINISTRATOR, organization=school, user__is_active=True)
    return not others.exclude(user=user).exists()
