"""«Аккаунты на этом устройстве»: which profile goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from vk_sandbox.models import Attempt
from vk_sandbox.vkid.authorize import declined, to
from vk_sandbox.vkid.devices import Known, people_on
from vk_sandbox.vkid.ends import go_on
from vk_sandbox.vkid.steps import shown, step


@step
def choose(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    people = people_on(attempt.device)
    if request.method != "POST":
        return _list(request, attempt, people) if people else to(attempt, "signin")
    if "cancel" in request.POST:
        return declined(attempt)
    if "other" in request.POST:
        return to(attempt, "signin")
    profiles = {str(one.id): one for known in people for one in (known.vk, known.study) if one is not None}
    chosen = profiles.get(request.POST.get("account", ""))
    if chosen is None:
        return _list(request, attempt, people, mistake="Выберите, с каким аккаунтом продолжить")
    return go_on(attempt, chosen)


def _list(request: HttpRequest, attempt: Attempt, people: list[Known], mistake: str = "") -> HttpResponse:
    """Chosen in advance is who has just signed in, or who is alone."""
    likely = attempt.account or (people[0].study or people[0].vk if len(people) == 1 else None)
    context = {"people": people, "likely": likely, "mistake": mistake}
    return shown(request, attempt, "accounts", status=400 if mistake else 200, **context)
