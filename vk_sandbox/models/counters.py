"""Figures that outlive the process."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Counter(models.Model):
    name = models.CharField(max_length=100, primary_key=True)
    value = models.BigIntegerField()

    objects: ClassVar[models.Manager[Counter]] = models.Manager()
