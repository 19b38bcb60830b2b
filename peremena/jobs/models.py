from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Pace(models.Model):
    """When the last calls of one credential were let go, unix time; `wait` is the answer to whoever asked last. See
    jobs.limiter."""

    key = models.CharField(max_length=100, primary_key=True)
    let_go = ArrayField(models.FloatField())
    wait = models.FloatField()


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> WorkerQuerySet:
        """Those that were seen lately, by the database's clock."""
        return self.filter(seen_at__gt=Now() - timedelta(seconds=Worker.PRESUMED_DEAD)).order_by("id")


class Worker(models.Model):
    """A worker process. It renews `seen_at` while it lives and takes its row with it when it ends by itself."""

    PRESUMED_DEAD: ClassVar[int] = 20  # seconds without a sign of life
    pid = models.PositiveIntegerField()
    host = models.CharField(max_length=255)
    queues = models.JSONField()  # names; empty = all
    seen_at = models.DateTimeField()

    objects = WorkerQuerySet.as_manager()
