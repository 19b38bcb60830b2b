"""What the left menu needs on every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from peremena.accounts.models import User
from peremena.school.models import Person
from peremena.web import access


def menu(request: HttpRequest) -> dict[str, Any]:
    """Context processor: functions, so that a page without a menu asks the database nothing."""
    user = getattr(request, "user", None)  # an error may come before anybody is recognized
    if not isinstance(user, User):
        return {}
    return {"menu_name": lambda: _name(user), "menu_administration": lambda: access.administers(user)}


def _name(user: User) -> str:
    person = Person.objects.filter(user=user).first()
    return person.full_name if person else user.username
