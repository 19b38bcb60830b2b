"""«Внешние системы»: a person's own study profile, linked by VK ID and unlinked again."""

from __future__ import annotations

from typing import Any, cast

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_safe

from peremena.audit.acts import Actor
from peremena.school.linking import AlreadyLinked, ProfileTaken
from peremena.sync.edits import link, unlink
from peremena.web import access, vk_id
from peremena.web.sign_in import SignedInRequest
from peremena.web.wording import linking as words

MESSENGER = "vk"
LONGEST_ADDRESS = 2000


@require_safe
def external_systems(request: SignedInRequest) -> HttpResponse:
    """`?next=`: the page that the person came from. `?unlink=1` asks whether he is sure."""
    return _page(request, asks=request.GET.get("unlink") == "1")


def start_linking(request: SignedInRequest) -> HttpResponse:
    """To VK ID, which sends the person back to `profile_linked`. Each start is good for one return."""
    if request.method != "POST":
        return redirect("external_systems")  # whoever had to sign in again on the way
    if not ratelimit.consume(request, action="link_profile"):
        refused: HttpResponse = ratelimit.respond_429(request)
        return refused
    back = own_address(request.POST.get("next", ""))
    if access.person_of(request.user) is None:
        return _told(request, "no_person", back)
    if not vk_id.is_set_up():
        return _told(request, "not_set_up", back)
    return vk_id.begin(request, back)


@login_not_required
@require_safe
def profile_linked(request: HttpRequest) -> HttpResponse:
    """Back from VK ID. The session may have ended meanwhile."""
    if not request.user.is_authenticated:
        messages.warning(request, words.SIGN_IN_AGAIN)
        return redirect_to_login(reverse("external_systems"))
    return _linked(cast(SignedInRequest, request))


def _linked(request: SignedInRequest) -> HttpResponse:
    trip = vk_id.end(request)
    back = own_address(trip.back)
    if trip.trouble:
        return _told(request, trip.trouble, back)
    person = access.person_of(request.user)
    if person is None:
        return _told(request, "no_person", back)
    try:
        is_new = link(person, trip.profile, messenger=MESSENGER, actor=Actor.user(request.user))
    except ProfileTaken:
        return _told(request, "taken", back)
    except AlreadyLinked:
        return _told(request, "linked_already", back)
    messages.success(request, words.LINKED if is_new else words.LINKED_ALREADY)
    return HttpResponseRedirect(back)


def unlink_profile(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("external_systems")
    person = access.person_of(request.user)
    back = own_address(request.POST.get("next", ""))
    if person is None:
        return _told(request, "no_person", back)
    was = unlink(person, messenger=MESSENGER, actor=Actor.user(request.user))
    messages.success(request, words.UNLINKED if was else words.NOT_LINKED)
    return HttpResponseRedirect(back)


def own_address(address: str) -> str:
    """A page of ours, the first one where it is anything else: nobody is led elsewhere."""
    if not address.startswith("/") or len(address) > LONGEST_ADDRESS:
        return reverse("start")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else reverse("start")


def _told(request: SignedInRequest, trouble: str, back: str) -> HttpResponse:
    """What went wrong, on the page where it can be tried again."""
    messages.error(request, words.TROUBLES[trouble])
    return HttpResponseRedirect(f"{reverse('external_systems')}?{urlencode({'next': back})}")


def _page(request: SignedInRequest, **context: Any) -> HttpResponse:
    person = access.person_of(request.user)
    account = access.account_of(request.user, MESSENGER)
    template = "web/external_systems.html#profile" if request.htmx else "web/external_systems.html"
    back = own_address(request.GET.get("next", ""))
    about = {"person": person, "account": account, "back": back, "is_set_up": vk_id.is_set_up()}
    return render(request, template, {**about, **context})
