"""Codes by which people sign in for the first time, or again when they have forgotten the password."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from peremena.audit.acts import audited
from peremena.school.models.organizations import Organization
from peremena.school.models.people import Person


# Not even the digest goes into the history: that of an open code is worth guarding, that of an ended one is worth nothing.
@audited("digest")
class ActivationCode(models.Model):
    """One code of one person, kept as a keyed digest only. An ended one stays, to explain the past."""

    USED, REPLACED, VOID = "used", "replaced", "void"
    ENDINGS = ((USED, "использован"), (REPLACED, "заменён новым"), (VOID, "отменён"))
    person = models.ForeignKey(Person, models.CASCADE, related_name="activation_codes")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")  # the school that issued it
    digest = models.CharField("отпечаток", max_length=64, unique=True)
    issued_at = models.DateTimeField("выдан", auto_now_add=True)
    expires_at = models.DateTimeField("действует до")
    ended_at = models.DateTimeField("закончился", null=True)
    ending = models.CharField("чем закончился", max_length=16, choices=ENDINGS, blank=True)

    class Meta:
        verbose_name = "код для первого входа"
        verbose_name_plural = "коды для первого входа"
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(ended_at__isnull=True), name="one_open_activation_code_a_person"
            ),
        )


def last_day(expires_at: datetime) -> date:
    """The last day on which a code that ends at that moment is still good, by the school's clock."""
    return timezone.localtime(expires_at - timedelta(microseconds=1)).date()
