"""A connection is added, or its key replaced: a worker asks the messenger, and only an accepted key is put in place."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from peremena.audit.acts import Actor
from peremena.messengers.registry import switches
from peremena.school.models import Connection, Organization, Room
from peremena.sync.checking import ask_to_put
from peremena.sync.connections import connection_of
from peremena.web import access
from peremena.web.forms import KeyForm
from peremena.web.sign_in import SignedInRequest
from peremena.web.views.connections import page_of
from peremena.web.wording import connections as words

MESSENGER = "vk"  # the only one there is


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def connection_add(request: SignedInRequest, key: str) -> HttpResponse:
    school = access.organization_for(request.user, key)
    organizations = access.unconnected(request.user, school)
    if not organizations:
        raise Http404
    return _page(request, school, organizations, None)


@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def connection_replace(request: SignedInRequest, key: str) -> HttpResponse:
    school = access.organization_for(request.user, key)
    connection = connection_of(school)
    if connection is None or not access.managed_by(request.user).filter(pk=connection.organization_id).exists():
        raise Http404
    return _page(request, school, [connection.organization], connection)


def _page(
    request: SignedInRequest, school: Organization, organizations: Sequence[Organization], before: Connection | None
) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = KeyForm(posted, messenger=MESSENGER, organizations=organizations, initial=_initial(organizations, before))
    moves = before is None and _chats_would_move(school)
    unsure = moves and request.POST.get("anew") != "1"
    if posted is not None and form.is_valid() and not unsure:
        chosen = next(each for each in organizations if each.key == form.cleaned_data["organization"])
        ask_to_put(
            chosen,
            messenger=MESSENGER,
            kind=form.cleaned_data["kind"],
            token=form.cleaned_data["token"],
            options=form.options(before),
            strangers=form.cleaned_data["strangers"],
            actor=Actor.user(request.user),
        )
        return HttpResponseRedirect(page_of(school))
    context = {
        "school": school,
        "form": form,
        "replacing": before,
        "moves": moves,
        "unsure": posted is not None and unsure,
        "kinds": [(value, words.KINDS[value], words.KIND_HINTS[value]) for value, _ in form.own("kind").choices],
        "strangers": list(words.STRANGERS.items()),
        "switches": [(form[name], words.SWITCHES[name]) for name in switches(MESSENGER)],
        "messenger": words.MESSENGERS[MESSENGER],
        "back": page_of(school),
    }
    return render(request, "web/connection_key.html", context)


def _initial(organizations: Sequence[Organization], before: Connection | None) -> dict[str, object]:
    own = {"organization": organizations[0].key, "kind": "user", "strangers": Connection.REPORT}
    if before is None:
        return dict(own)
    kept = {"kind": before.credential_kind, "strangers": before.strangers}
    return {**own, **kept, **{name: before.options.get(name, False) for name in switches(MESSENGER)}}


def _chats_would_move(school: Organization) -> bool:
    """Chats that were made over another connection stay there, and the new one makes its own."""
    return Room.objects.filter(chat__organization=school).exclude(external_id="").exists()
