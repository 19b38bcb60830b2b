"""A right is given or taken away, once it has been asked about: whose, which one, why."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from peremena.accounts.models import User
from peremena.audit.acts import Actor
from peremena.school.granting import give, withdraw
from peremena.school.models import Grant, Organization, Person
from peremena.web import access
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.users import is_last_administrator, page_of
from peremena.web.wording import people as words

REASON_LIMIT = 1000
OWN = "Это ваше собственное право: сняв его, вы можете потерять доступ к школе."
LAST = "Это последний администратор школы: нового сможет назначить только оператор."
CLOSED = "Вход для этой учётной записи закрыт, поэтому прав ей не дают."
CHANGED = "Пока вы смотрели, право уже изменили. Проверьте и подтвердите ещё раз."
SURE_WANTED = "Отметьте, что вы это понимаете."


@dataclass(frozen=True)
class Question:
    """Whether `user` should have a right, or have it no more. `warnings` want to be confirmed."""

    role: str
    organization: Organization | None
    what: str
    has: bool
    address: str
    warnings: tuple[str, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: SignedInRequest, key: str, pk: int) -> HttpResponse:
    school = access.organization_for(request.user, key)
    user = access.user_for(request.user, school, pk)
    told = request.POST if request.method == "POST" else request.GET
    role = told.get("role", Grant.ADMINISTRATOR)
    where = told.get("organization", school.key if role == Grant.ADMINISTRATOR else "")
    questions = _questions(request, school, user)
    asked = next((each for each in questions if (each.role, _key(each.organization)) == (role, where)), None)
    if asked is None:
        raise Http404
    others = [each for each in questions if each is not asked]
    trouble = CLOSED if not (user.is_active or asked.has) else ""
    if request.method == "POST" and not trouble:
        trouble = _trouble(request, asked)
        if not trouble:
            return _done(request, school, user, asked)
    person = Person.objects.filter(user=user).first()
    context = {
        "school": school,
        "name": person.full_name if person else user.username,
        "username": user.username,
        "user_pk": user.pk,
        "asked": asked,
        "others": others,
        "trouble": trouble,
        "closed": trouble == CLOSED,
        "reason": told.get("reason", "")[:REASON_LIMIT],
        "back": page_of(school),
    }
    return render(request, "web/rights.html", context)


def _questions(request: SignedInRequest, school: Organization, user: User) -> list[Question]:
    """One for each right that the viewer may give here."""
    held = set(Grant.objects.filter(user=user).values_list("role", "organization"))
    found = []
    for role, organization in access.grantable(request.user, school):
        has = (role, organization.pk if organization else None) in held
        query = urlencode({"role": role, "organization": _key(organization)})
        address = f"{reverse('rights', args=[school.key, user.pk])}?{query}"
        warnings: tuple[str, ...] = ()
        if has and role == Grant.ADMINISTRATOR and is_last_administrator(user.pk, school):
            warnings += (LAST,)
        if has and user == request.user:
            warnings += (OWN,)
        found.append(Question(role, organization, words.right(role, organization), has, address, warnings))
    return found


def _key(organization: Organization | None) -> str:
    return organization.key if organization else ""


def _trouble(request: SignedInRequest, asked: Question) -> str:
    if request.POST.get("do") != ("withdraw" if asked.has else "give"):
        return CHANGED
    return SURE_WANTED if asked.warnings and request.POST.get("sure") != "1" else ""


def _done(request: SignedInRequest, school: Organization, user: User, asked: Question) -> HttpResponse:
    change = withdraw if asked.has else give
    reason = request.POST.get("reason", "").strip()[:REASON_LIMIT]
    change(user, asked.role, asked.organization, actor=Actor.user(request.user), reason=reason)
    messages.success(request, f"Право {'снято' if asked.has else 'дано'}: {asked.what}.")
    still = access.schools_for(request.user).filter(pk=school.pk).exists()
    return HttpResponseRedirect(page_of(school) if still else reverse("start"))
