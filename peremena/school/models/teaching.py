"""What is taught and to whom: classes, groups, subjects. `ended` rows stay: nothing of a school is ever deleted by an import."""

from __future__ import annotations

from django.db import models

from peremena.audit.acts import audited
from peremena.school.models.organizations import Organization, Source


class FromSource(models.Model):
    """A row that one source speaks for, under the source's own key."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=255)
    ended = models.DateField("закончилось", null=True)

    class Meta:
        abstract = True
        constraints = (models.UniqueConstraint(fields=("source", "source_key"), name="%(class)s_source_key_once"),)


@audited()
class Subject(FromSource):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="subjects")
    title = models.CharField("название", max_length=255)
    code = models.CharField("код", max_length=255, blank=True)

    class Meta(FromSource.Meta):
        verbose_name = "предмет"
        verbose_name_plural = "предметы"


@audited()
class SchoolClass(FromSource):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="classes")
    year = models.PositiveSmallIntegerField("учебный год")
    title = models.CharField("название", max_length=255)
    grade = models.CharField("параллель", max_length=64, blank=True)
    sort_key = models.CharField(max_length=400)

    class Meta(FromSource.Meta):
        verbose_name = "класс"
        verbose_name_plural = "классы"
        indexes = (models.Index(fields=("organization", "year"), name="class_by_year"),)


@audited()
class Group(FromSource):
    """People who are taught one subject together."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="groups")
    year = models.PositiveSmallIntegerField("учебный год")
    title = models.CharField("название", max_length=255)
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="groups")
    sort_key = models.CharField(max_length=400)

    class Meta(FromSource.Meta):
        verbose_name = "группа"
        verbose_name_plural = "группы"
        indexes = (models.Index(fields=("organization", "year"), name="group_by_year"),)
