"""The life of a code for the first sign-in: issued, used once, or void. Who may issue one to whom is the caller's to know
(web.access)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from peremena.accounts.models import User
from peremena.audit.acts import Actor, act
from peremena.core.errors import PeremenaError
from peremena.school.activation_codes import digest_of, new_code
from peremena.school.models import ActivationCode, Organization, Person
from peremena.school.usernames import is_taken


class CodeRefused(PeremenaError):  # noqa: N818 - states, not accidents
    """Wrong, used, replaced, expired, or of a person who has left: whoever types it is told the same."""


class UsernameTaken(PeremenaError):  # noqa: N818
    """Somebody else signs in by that name."""


class Changed(PeremenaError):  # noqa: N818
    """Somebody has issued codes meanwhile, or a person has left or got an account."""


def expiry(now: datetime) -> datetime:
    """The end of the last of its days, by the school's clock."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    return timezone.make_aware(day + timedelta(days=settings.ACTIVATION_DAYS + 1))


def issue(
    people: Collection[int], school: Organization, *, actor: Actor, still: dict[int, int | None] | None = None
) -> dict[int, str]:
    """Person id → his new code, which cannot be read anywhere afterwards; an older one ends. `still`: the open codes that the
    issuer has seen; Changed where they are others by now. Whoever has left gets none."""
    now = timezone.now()
    with act("activation.issue", actor=actor, organization=school.pk, people=len(people)):
        lasting = Person.objects.select_for_update(no_key=True).filter(pk__in=people, ended=None).order_by("pk")
        codes = {person: new_code() for person in lasting.values_list("pk", flat=True)}
        own = _open().filter(person__in=list(codes))
        if still is not None and still != dict.fromkeys(codes) | dict(own.values_list("person", "pk")):
            raise Changed
        own.update(ended_at=now, ending=ActivationCode.REPLACED)
        until = expiry(now)
        ActivationCode.objects.bulk_create(
            ActivationCode(person_id=person, organization=school, digest=digest_of(code), expires_at=until)
            for person, code in codes.items()
        )
    return codes


def void(people: QuerySet[Person]) -> int:
    """End the open codes of these people; inside an act, how many there were. Whoever is issuing one to them at this moment is
    waited for."""
    held = list(people.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    return _open().filter(person__in=held).update(ended_at=timezone.now(), ending=ActivationCode.VOID)


def recognized(typed: str) -> ActivationCode:
    """The code that was typed, if it is good for anything: CodeRefused."""
    return _usable(_open().filter(digest=digest_of(typed)))


def proven(pk: int) -> ActivationCode:
    """A code that was typed a moment ago, if it is still good: CodeRefused."""
    return _usable(_open().filter(pk=pk))


def activate(pk: int, *, username: str, password: str) -> User:
    """Use the code up: the person's account gets this password, or he gets an account of this name. CodeRefused, UsernameTaken;
    then the code is as good as before."""
    person = ActivationCode.objects.values_list("person", flat=True).filter(pk=pk).first() or 0
    with act("activation.use", actor=Actor.person(person), code=pk):
        # Whoever issues, uses or voids a code holds the person first: of two at once, one sees what the other has done.
        Person.objects.select_for_update(no_key=True).filter(pk=person).first()
        code = _usable(_open().filter(pk=pk))
        user = code.person.user
        if user is None:
            user = _account(code.person, username, password)
        else:
            user.set_password(password)
            user.save(update_fields=["password"])
        code.ended_at, code.ending = timezone.now(), ActivationCode.USED
        code.save(update_fields=["ended_at", "ending"])
    return user


def _account(person: Person, username: str, password: str) -> User:
    if is_taken(username):
        raise UsernameTaken
    try:
        with transaction.atomic():
            person.user = User.objects.create_user(username, password)
    except IntegrityError:
        raise UsernameTaken from None
    person.save(update_fields=["user"])
    return person.user


def _open() -> QuerySet[ActivationCode]:
    return ActivationCode.objects.filter(ended_at=None)


def _usable(codes: QuerySet[ActivationCode]) -> ActivationCode:
    """Neither expired, nor of somebody who has left or whose sign-in is closed."""
    good = Q(person__user=None) | Q(person__user__is_active=True)
    found = codes.filter(good, expires_at__gt=timezone.now(), person__ended=None)
    code = found.select_related("person__user", "organization").first()
    if code is None:
        raise CodeRefused
    return code
