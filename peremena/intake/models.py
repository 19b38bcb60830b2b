"""A roster that came in through a page, on its way."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from peremena.audit.acts import audited
from peremena.school.models import Organization


@audited("name", "content", "counts", "changes", "problems", "rows", "file")
class Upload(models.Model):
    """One person's file for one school. The file itself is kept sealed, and only until it is applied, given up or old."""

    QUEUED, READING, COMPARING, SHOWN, ACCEPTED, APPLYING, APPLIED, UNUSABLE, GIVEN_UP = (
        "queued",
        "reading",
        "comparing",
        "shown",
        "accepted",
        "applying",
        "applied",
        "unusable",
        "given_up",
    )
    STATES = (
        (QUEUED, "в очереди"),
        (READING, "читается"),
        (COMPARING, "сравнивается"),
        (SHOWN, "показано"),
        (ACCEPTED, "принято, в очереди"),
        (APPLYING, "записывается"),
        (APPLIED, "записано"),
        (UNUSABLE, "непригодно"),
        (GIVEN_UP, "отказались"),
    )
    BUSY = (QUEUED, READING, COMPARING, ACCEPTED, APPLYING)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="uploads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    name = models.CharField("имя файла", max_length=255)
    content = models.BinaryField("файл", default=b"")  # sealed
    state = models.CharField("состояние", max_length=16, choices=STATES, default=QUEUED)
    file = models.CharField("читается файл", max_length=255, blank=True)
    rows = models.PositiveIntegerField("прочитано строк", default=0)
    format = models.CharField("формат", max_length=32, blank=True)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    problems = models.JSONField(default=list)  # rosters.Problem without values, at most a thousand
    problems_total = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    refusal = models.TextField("почему непригодно", blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    outdated = models.BooleanField("показано заново", default=False)  # the database changed while a person was looking
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "загрузка списка"
        verbose_name_plural = "загрузки списков"
