"""Region → municipality → school, and the years they teach in."""

from __future__ import annotations

from django.db import models

from peremena.audit.acts import audited
from peremena.core.roster import OrganizationKind


class Source(models.Model):
    """A system that sends rosters; its ids mean something only inside it."""

    code = models.CharField("код источника", max_length=255, unique=True)


@audited("roster_at")
class Organization(models.Model):
    KINDS = (
        (OrganizationKind.REGION.value, "регион"),
        (OrganizationKind.MUNICIPALITY.value, "муниципалитет"),
        (OrganizationKind.SCHOOL.value, "школа"),
        (OrganizationKind.DEPARTMENT.value, "подразделение"),
    )
    key = models.SlugField("ключ", max_length=80, unique=True)
    name = models.CharField("название", max_length=255)
    kind = models.CharField("вид", max_length=16, choices=KINDS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name="входит в")
    active_year = models.PositiveSmallIntegerField("учебный год (год окончания)", null=True)
    chats_enabled = models.BooleanField("«Чаты» включены", default=True)
    roster_at = models.DateTimeField("список изменился", null=True)

    class Meta:
        verbose_name = "организация"
        verbose_name_plural = "организации"

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> list[Organization]:
        """The organization and those above it, the nearest first."""
        found: list[Organization] = []
        above: Organization | None = self
        while above is not None:
            found.append(above)
            above = above.parent
        return found


class OrganizationKey(models.Model):
    """What a source calls an organization of ours."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="source_keys")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="organization_key_once"),)


@audited()
class AcademicYear(models.Model):
    """`number` is the calendar year in which it ends."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="years")
    number = models.PositiveSmallIntegerField("год окончания")
    begins = models.DateField("начало")
    ends = models.DateField("конец")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organization", "number"), name="year_once"),)
