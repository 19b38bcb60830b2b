"""People, and what ties them to a school. A person belongs to a school only through a tie that has not ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from peremena.audit.acts import audited
from peremena.core.roster import EnrollmentRole
from peremena.school.models.organizations import Organization, Source
from peremena.school.models.teaching import Group, SchoolClass


@audited()
class Person(models.Model):
    public_id = models.CharField("публичный номер", max_length=40, unique=True)
    family_name = models.CharField("фамилия", max_length=255)
    given_name = models.CharField("имя", max_length=255)
    middle_name = models.CharField("отчество", max_length=255, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="person")
    ended = models.DateField("выбыл", null=True)

    class Meta:
        verbose_name = "человек"
        verbose_name_plural = "люди"

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.family_name, self.given_name, self.middle_name) if part)


class PersonKey(models.Model):
    """One of the names a person goes by in other systems: a source's own id, or the digest of a strong id (СНИЛС and the
    like), which is never stored itself. A strong id has no source: it means the same human being everywhere."""

    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+")
    scheme = models.CharField(max_length=64, blank=True)  # "" for a source's own id
    key = models.CharField(max_length=255)
    person = models.ForeignKey(Person, models.CASCADE, related_name="source_keys")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("source", "scheme", "key"), name="person_key_once", nulls_distinct=False),
        )


class Tie(models.Model):
    """What a source says about a person; `ended` is the day it stopped saying so."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    begins = models.DateField("с", null=True)
    ends = models.DateField("по", null=True)
    ended = models.DateField("закончилось", null=True)

    class Meta:
        abstract = True


@audited()
class Employment(Tie):
    """`position` is OneRoster's word for the role: teacher, principal, siteAdministrator …"""

    person = models.ForeignKey(Person, models.CASCADE, related_name="employments")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="employments")
    position = models.CharField("должность", max_length=64)

    class Meta:
        verbose_name = "сотрудник"
        verbose_name_plural = "сотрудники"
        constraints = (
            models.UniqueConstraint(fields=("source", "person", "organization", "position"), name="employment_once"),
        )


@audited()
class Enrollment(Tie):
    """A pupil's or a teacher's place in a class or in a group, one of the two."""

    ROLES = ((EnrollmentRole.STUDENT.value, "ученик"), (EnrollmentRole.TEACHER.value, "учитель"))
    source_key = models.CharField(max_length=255)
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrollments")
    school_class = models.ForeignKey(SchoolClass, models.CASCADE, null=True, related_name="enrollments")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="enrollments")
    role = models.CharField("роль", max_length=16, choices=ROLES)
    primary = models.BooleanField("основной", default=False)

    class Meta:
        verbose_name = "зачисление"
        verbose_name_plural = "зачисления"
        constraints = (
            models.UniqueConstraint(fields=("source", "source_key"), name="enrollment_source_key_once"),
            models.CheckConstraint(
                condition=Q(school_class__isnull=True, group__isnull=False)
                | Q(school_class__isnull=False, group__isnull=True),
                name="enrollment_class_or_group",
            ),
        )


@audited()
class Guardianship(Tie):
    pupil = models.ForeignKey(Person, models.CASCADE, related_name="guardianships")
    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wards")

    class Meta:
        verbose_name = "родитель"
        verbose_name_plural = "родители"
        constraints = (models.UniqueConstraint(fields=("source", "pupil", "guardian"), name="guardianship_once"),)


@audited()
class Grant(models.Model):
    """The two roles that no roster gives. An operator's organization is a region, an administrator's a school."""

    ADMINISTRATOR, OPERATOR = "administrator", "operator"
    ROLES = ((ADMINISTRATOR, "администратор школы"), (OPERATOR, "оператор"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="grants")
    role = models.CharField("роль", max_length=16, choices=ROLES)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="grants")

    class Meta:
        verbose_name = "право"
        verbose_name_plural = "права"
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "organization"), name="grant_once", nulls_distinct=False),
        )
