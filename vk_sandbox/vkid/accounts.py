"""«Аккаунты на этом устройстве»: which profile goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from vk_sandbox.models import Account, AccountKind, Attempt
from vk_sandbox.vkid.authorize import back, to
from vk_sandbox.vkid.devices import Known, people_on
from vk_sandbox.vkid.steps import shown, step


@step
def choose(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    people = people_on(attempt.device)
    if request.method != "POST":
        return _list(request, attempt, people) if people else to(attempt, "signin")
    if "cancel" in request.POST:
        attempt.delete()
        told = {"error": "access_denied", "error_description": "the person declined"}
        return back(attempt.redirect_uri, attempt.state, told)
    if "other" in request.POST:
        return to(attempt, "signin")
    profiles = {str(one.id): one for known in people for one in (known.vk, known.study) if one is not None}
    chosen = profiles.get(request.POST.get("account", ""))
    if chosen is None:
        return _list(request, attempt, people, mistake="Выберите, с каким аккаунтом продолжить")
    return go_on(attempt, chosen, people)


def go_on(attempt: Attempt, chosen: Account, people: list[Known]) -> HttpResponse:
    """A VK ID without a study profile gets one first: nothing else can be connected to."""
    attempt.account = chosen
    attempt.save(update_fields=["account"])
    with_study = {known.vk.id for known in people if known.study is not None}
    return to(attempt, "about" if chosen.kind == AccountKind.STUDY or chosen.id in with_study else "study")


def _list(request: HttpRequest, attempt: Attempt, people: list[Known], mistake: str = "") -> HttpResponse:
    """Chosen in advance is who has just signed in, or who is alone."""
    likely = attempt.account or (people[0].study or people[0].vk if len(people) == 1 else None)
    context = {"people": people, "likely": likely, "mistake": mistake}
    return shown(request, attempt, "accounts", status=400 if mistake else 200, **context)
