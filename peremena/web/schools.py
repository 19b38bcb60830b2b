"""The school that a page of administration is about."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404

from peremena.school.models import Organization
from peremena.web import access
from peremena.web.sign_in import SignedInRequest


class Chosen(NamedTuple):
    """`school` None: there is none at all yet."""

    school: Organization | None
    schools: list[Organization]


def chosen_school(request: SignedInRequest) -> Chosen:
    """The school of the address (`?school=KEY`), the first one without. Http404 where it is none of his, or he administers
    nothing."""
    return chosen_among(request, access.administration_for(request.user))


def chosen_among(request: SignedInRequest, schools: list[Organization]) -> Chosen:
    key = request.GET.get("school")
    if not key:
        return Chosen(schools[0] if schools else None, schools)
    for school in schools:
        if school.key == key:
            return Chosen(school, schools)
    raise Http404
