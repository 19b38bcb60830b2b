"""Codes for the first sign-in are issued, once it has been asked about, and shown this one time, to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from peremena.audit.acts import Actor
from peremena.school.activation import Changed, expiry, issue
from peremena.school.models import Organization
from peremena.school.models.activation import last_day
from peremena.web import access
from peremena.web.directory import SignIn, current_classes
from peremena.web.issuing import Recipient, Wanted, Whom, fingerprint, recipients
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.users import page_of
from peremena.web.wording import issuing as words
from peremena.web.wording.people import day


class Selection(NamedTuple):
    """`skipped`: how many of those who were meant are out of the viewer's reach. `refused`: why one person gets none."""

    people: list[Recipient]
    skipped: int
    refused: str


class Slip(NamedTuple):
    name: str
    role: str
    code: str


@require_http_methods(["GET", "HEAD", "POST"])
def issue_codes(request: SignedInRequest, key: str) -> HttpResponse:
    """There is no address that shows codes: they stand in the answer to «Выдать», which no browser keeps, and nowhere else."""
    school = access.organization_for(request.user, key)
    told = request.POST if request.method == "POST" else request.GET
    wanted = _wanted(school, told)
    selection = _selection(request, school, wanted)
    trouble = ""
    if request.method == "POST" and selection.people:
        codes = _issued(request, school, selection.people, told.get("seen", ""))
        if codes:
            return _printed(request, school, selection.people, codes)
        trouble = words.CHANGED
        selection = _selection(request, school, wanted)
    context = {
        "school": school,
        "wanted": wanted,
        "classes": current_classes(school).order_by("sort_key", "pk"),
        "asked": "whom" in told,
        "one": selection.people[0] if wanted.whom is Whom.PERSON and selection.people else None,
        "question": words.question(selection.people) if selection.people else "",
        "replaced": words.replaced(sum(each.entry.has_code for each in selection.people)),
        "skipped": words.skipped(selection.skipped),
        "refused": selection.refused,
        "seen": fingerprint(selection.people),
        "good_for": words.good_for(settings.ACTIVATION_DAYS),
        "trouble": trouble,
        "back": page_of(school),
    }
    return render(request, "web/issue_codes.html", context)


def _wanted(school: Organization, told: Mapping[str, Any]) -> Wanted:
    """Http404 where it names a class or a person that is not there."""
    whom = told.get("whom", Whom.EVERYBODY.value)
    if whom not in list(Whom):
        raise Http404
    again = told.get("again") == "1"
    if whom == Whom.PERSON:
        return Wanted(Whom.PERSON, person=_number(told, "person"))
    if whom == Whom.CLASS:
        unit = current_classes(school).filter(pk=_number(told, "class")).first()
        if unit is None:
            raise Http404
        return Wanted(
            Whom.CLASS, unit, pupils=told.get("pupils") == "1", parents=told.get("parents") == "1", again=again
        )
    return Wanted(Whom(whom), again=again)


def _number(told: Mapping[str, Any], name: str) -> int:
    value = told.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0


def _selection(request: SignedInRequest, school: Organization, wanted: Wanted) -> Selection:
    """Whom the viewer may give a code: not somebody with more rights than himself, nor one whose sign-in is closed."""
    people = recipients(school, wanted)
    beyond = access.out_of_reach(request.user, [each.entry.user for each in people if each.entry.user])
    within = [each for each in people if each.entry.user not in beyond]
    if wanted.whom is not Whom.PERSON:
        return Selection(within, len(people) - len(within), "")
    if not people:
        raise Http404
    if not within:
        return Selection([], 0, words.BEYOND.format(name=people[0].entry.name))
    if within[0].entry.sign_in is SignIn.CLOSED:
        return Selection([], 0, words.CLOSED.format(name=people[0].entry.name))
    return Selection(within, 0, "")


def _issued(request: SignedInRequest, school: Organization, people: list[Recipient], seen: str) -> dict[int, str]:
    """Nothing where other people or other codes were shown: a page sent twice does not end the codes it has just printed."""
    if seen != fingerprint(people):
        return {}
    still = {each.entry.person: each.entry.code for each in people}
    accounts = [each.entry.user for each in people if each.entry.user]
    try:
        with transaction.atomic():
            codes = issue(list(still), school, actor=Actor.user(request.user), still=still)
            # Asked again while nobody can give them a right: one given a moment ago counts.
            if access.out_of_reach(request.user, accounts):
                raise Changed
    except Changed:
        return {}
    return codes


def _printed(
    request: SignedInRequest, school: Organization, people: Iterable[Recipient], codes: Mapping[int, str]
) -> HttpResponse:
    groups = [
        (title, [Slip(each.entry.name, each.role, codes[each.entry.person]) for each in own])
        for title, own in groupby(people, key=lambda each: each.group)
    ]
    context = {
        "school": school,
        "groups": groups,
        "count": words.given(len(codes)),
        "address": settings.PUBLIC_URL + reverse("first_sign_in"),
        "until": day(last_day(expiry(timezone.now()))),
        "back": page_of(school),
    }
    return render(request, "web/issued_codes.html", context)
