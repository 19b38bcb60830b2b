"""A Run is one plan on its way; a Step is one operation of it. The rows are the only cursor: jobs carry nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from peremena.audit.acts import audited
from peremena.school.models import Chat, Connection, Organization


class Run(models.Model):
    SYNC, CHANGE = "sync", "change"
    KINDS = ((SYNC, "создание и обновление чатов"), (CHANGE, "изменение"))
    QUEUED, RUNNING, WAITING, DONE, PARTIAL, FAILED, REFUSED, CANCELLED = (
        "queued",
        "running",
        "waiting",
        "done",
        "partial",
        "failed",
        "refused",
        "cancelled",
    )
    STATES = (
        (QUEUED, "в очереди"),
        (RUNNING, "выполняется"),
        (WAITING, "ждёт"),
        (DONE, "готово"),
        (PARTIAL, "выполнено не всё"),
        (FAILED, "не выполнено"),
        (REFUSED, "остановлено защитой"),
        (CANCELLED, "отменено"),
    )
    OPEN = (QUEUED, RUNNING, WAITING)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="runs", verbose_name="организация")
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=16, choices=KINDS, default=SYNC)
    urgent = models.BooleanField("срочный", default=False)  # a person waits for it, or must be out at once
    state = models.CharField("состояние", max_length=16, choices=STATES, default=QUEUED)
    plan = models.JSONField()  # core.plan.Plan.summary(): counts, by hand, refusal
    fingerprint = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField("причина", blank=True)
    problem = models.CharField("код неполадки", max_length=64, blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    waits = models.PositiveSmallIntegerField(default=0)  # in a row, for the messenger as a whole: each is longer
    # Nothing of it is sent before; among runs that are due, the one that has waited longest has its turn first.
    due_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "прогон"
        verbose_name_plural = "прогоны"
        constraints = (
            models.UniqueConstraint(
                fields=("organization",),
                condition=Q(kind="sync", state__in=("queued", "running", "waiting")),
                name="one_open_sync_a_school",
            ),
        )
        indexes = (models.Index(fields=("organization", "-id"), name="run_latest"),)


class Listener(models.Model):
    """Who listens to a connection, until when, and how far it has heard. A lease that has run out is anybody's."""

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="listener")
    holder = models.CharField("процесс", max_length=32, blank=True)
    leased_until = models.DateTimeField(default=timezone.now)
    position = models.CharField(max_length=255, blank=True)


@audited()
class ConnectionCheck(models.Model):
    """A page's question to the messenger, for a worker to ask: does it accept this credential? A new one waits here, sealed,
    until the answer comes, and is then forgotten; what jobs are given anybody may read who sees the queue."""

    WAITING, ACCEPTED, REFUSED, FAILED, SUPERSEDED = "waiting", "accepted", "refused", "failed", "superseded"
    STATES = (
        (WAITING, "проверяется"),
        (ACCEPTED, "ключ принят"),
        (REFUSED, "ключ не принят"),
        (FAILED, "проверить не удалось"),
        (SUPERSEDED, "спросили заново"),
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="connection_checks")
    messenger = models.CharField("мессенджер", max_length=16)
    credential_kind = models.CharField("вид доступа", max_length=16, blank=True)
    credential = models.BinaryField("новый ключ доступа", default=b"")  # sealed; empty = the one that is there
    options = models.JSONField("настройки", default=dict)
    strangers = models.CharField("чужие в чатах", max_length=16, choices=Connection.STRANGERS, blank=True)
    state = models.CharField("состояние", max_length=16, choices=STATES, default=WAITING)
    account = models.CharField("наш номер в мессенджере", max_length=64, blank=True)
    problem = models.CharField("код неполадки", max_length=64, blank=True)
    said = models.CharField("почему ключ не подошёл", max_length=500, blank=True)
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "проверка подключения"
        verbose_name_plural = "проверки подключений"


class StepQuerySet(models.QuerySet["Step"]):
    def by_id(self, ids: Iterable[int]) -> models.QuerySet[Step]:
        """One array instead of a placeholder for each: a request has hundreds of steps."""
        return self.extra(where=["sync_step.id = any(%s)"], params=[list(ids)])


class Step(models.Model):
    WAITING, SENT, DONE, FAILED, CANCELLED = "waiting", "sent", "done", "failed", "cancelled"
    STATES = (
        (WAITING, "ждёт"),
        (SENT, "отправлен"),
        (DONE, "сделан"),
        (FAILED, "не удался"),
        (CANCELLED, "отменён"),
    )
    OPEN = (WAITING, SENT)
    run = models.ForeignKey(Run, models.CASCADE, related_name="steps", db_index=False)  # step_in_order begins with it
    connection = models.ForeignKey(Connection, models.CASCADE, related_name="steps", db_index=False)
    chat = models.ForeignKey(Chat, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()  # the plan's order
    operation = models.CharField(max_length=16)
    data = models.JSONField()  # core.operations.to_json
    state = models.CharField(max_length=16, choices=STATES, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)  # also tells the lane that sent it from one that came after
    due_at = models.DateTimeField()  # of a create that was sent: when its lost answer may be judged
    reason = models.CharField(max_length=64, blank=True)

    objects = StepQuerySet.as_manager()

    @property
    def is_answered(self) -> bool:
        """Whether the messenger has said what came of it; a step may also end because nobody wants it any more."""
        return self.state == Step.DONE and not self.reason

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "position"), name="step_in_order"),)
        indexes = (
            models.Index(fields=("run", "position"), condition=Q(state="waiting"), name="step_to_do"),
            models.Index(fields=("run", "due_at"), condition=Q(state="waiting"), name="step_due"),
            models.Index(fields=("connection",), condition=Q(state="sent"), name="step_sent"),
        )
