"""The messenger's side of what we know: connections of schools, linked accounts of people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from peremena.audit.acts import audited
from peremena.school.models.organizations import Organization
from peremena.school.models.people import Person


@audited()
class Connection(models.Model):
    """An organization's way into one messenger; the schools below inherit it."""

    READY, STOPPED = "ready", "stopped"
    STATES = ((READY, "работает"), (STOPPED, "остановлено"))
    REPORT, REMOVE = "report", "remove"
    STRANGERS = ((REPORT, "сообщать"), (REMOVE, "исключать"))
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="connections")
    messenger = models.CharField("мессенджер", max_length=16)
    credential_kind = models.CharField("вид доступа", max_length=16)
    credential = models.BinaryField("ключ доступа")  # sealed; see school.credentials
    account = models.CharField("наш номер в мессенджере", max_length=64, blank=True)
    options = models.JSONField("настройки", default=dict)
    strangers = models.CharField("чужие в чатах", max_length=16, choices=STRANGERS, default=REPORT)
    state = models.CharField("состояние", max_length=16, choices=STATES, default=READY)
    problem = models.CharField("код неполадки", max_length=64, blank=True)

    class Meta:
        verbose_name = "подключение"
        verbose_name_plural = "подключения"
        constraints = (models.UniqueConstraint(fields=("organization", "messenger"), name="connection_once"),)


@audited()
class Account(models.Model):
    """A person's profile in a messenger: the only truth about linking. An unlinked one stays, ended, to explain the past."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="messenger_accounts")
    messenger = models.CharField("мессенджер", max_length=16)
    external_id = models.CharField("ID профиля", max_length=64)
    linked_at = models.DateTimeField("связан", auto_now_add=True)
    ended_at = models.DateTimeField("связь отменена", null=True)

    class Meta:
        verbose_name = "учебный профиль"
        verbose_name_plural = "учебные профили"
        constraints = (
            models.UniqueConstraint(
                fields=("person", "messenger"), condition=Q(ended_at__isnull=True), name="one_account_a_person"
            ),
            models.UniqueConstraint(
                fields=("messenger", "external_id"), condition=Q(ended_at__isnull=True), name="one_person_an_account"
            ),
        )
