"""«Первый вход»: a code from a slip of paper, then a name and a password of one's own."""

from __future__ import annotations

import time

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from peremena.school.activation import CodeRefused, UsernameTaken, activate, proven, recognized
from peremena.school.models import ActivationCode
from peremena.school.usernames import suggested
from peremena.web.forms import AccountForm, PasswordForm
from peremena.web.wording import activation as words

PROVEN = "activation"  # the session's word for the code that was typed: its number and when, never the code
GOOD_FOR = 30 * 60  # seconds to choose a name and a password in
LONGEST_CODE = 60  # characters as typed
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EVERYBODY = "everybody"  # the one key under which all wrong codes are counted together


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """What is wrong with a code is not told, only that it is of no use."""
    if request.user.is_authenticated:
        return render(request, "account/activate_signed_in.html")
    request.session.pop(PROVEN, None)  # the next person at this computer begins anew
    typed, trouble = "", ""
    if request.method == "POST":
        if not _may_try(request):
            return render(request, "account/too_many_codes.html", status=429)
        typed = request.POST.get("code", "").strip()[:LONGEST_CODE]
        trouble = _prove(request, typed) if typed else words.CODE_WANTED
        if not trouble:
            return redirect("first_account")
    return render(request, "account/activate.html", {"typed": typed, "trouble": trouble})


def _may_try(request: HttpRequest) -> bool:
    """Wrong codes are counted by address and all together, right ones hardly: a whole class may sit behind one address."""
    if not ratelimit.consume(request, action="activation"):
        return False
    return bool(ratelimit.consume(request, action="activation_failed", key=EVERYBODY, dry_run=True))


def _prove(request: HttpRequest, typed: str) -> str:
    try:
        code = recognized(typed)
    except CodeRefused:
        ratelimit.consume(request, action="activation_failed", key=EVERYBODY)
        return words.CODE_REFUSED
    request.session.cycle_key()  # whoever may have known the session's key before does not know it now
    request.session[PROVEN] = {"code": code.pk, "at": time.time()}
    return ""


@login_not_required
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def first_account(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return render(request, "account/activate_signed_in.html")
    code = _proven(request)
    if code is None:
        return _from_the_beginning(request)
    user = code.person.user
    username = user.username if user else suggested(code.person)
    data = request.POST if request.method == "POST" else None
    form = PasswordForm(data, username=username) if user else AccountForm(data, initial={"username": username})
    if request.method == "POST":
        if not ratelimit.consume(request, action="activation"):
            refused: HttpResponse = ratelimit.respond_429(request)
            return refused
        if form.is_valid():
            return _activated(request, code, form, username)
    return _account_page(request, code, form, username)


def _proven(request: HttpRequest) -> ActivationCode | None:
    told = request.session.get(PROVEN)
    if not told or not 0 <= time.time() - told["at"] <= GOOD_FOR:
        return None
    try:
        return proven(told["code"])
    except CodeRefused:
        return None


def _from_the_beginning(request: HttpRequest) -> HttpResponse:
    if request.method == "POST" or PROVEN in request.session:
        messages.warning(request, words.PROVE_AGAIN)
    return redirect("first_sign_in")


def _activated(request: HttpRequest, code: ActivationCode, form: PasswordForm, username: str) -> HttpResponse:
    chosen = form.cleaned_data.get("username", username)
    is_new = code.person.user is None
    try:
        user = activate(code.pk, username=chosen, password=form.cleaned_data["password"])
    except UsernameTaken:
        form.add_error("username", words.USERNAME_TAKEN)
        return _account_page(request, code, form, username)
    except CodeRefused:
        return _from_the_beginning(request)
    del request.session[PROVEN]
    login(request, user, backend=BACKEND)
    request.session.set_expiry(0)  # as after the form of names and passwords
    told = words.WELCOME if is_new else words.SET_ANEW
    messages.success(request, told.format(username=user.username))
    return HttpResponseRedirect(reverse("start"))


def _account_page(request: HttpRequest, code: ActivationCode, form: PasswordForm, username: str) -> HttpResponse:
    person = code.person
    context = {
        "form": form,
        "username": username,
        "is_new": person.user is None,
        "called": " ".join(part for part in (person.given_name, person.middle_name) if part),
        "school": code.organization,
        "rules": words.rules(),
        "username_rule": words.USERNAME_RULE,
    }
    return render(request, "account/activate_account.html", context)
