"""Whether somebody is there to do what a page has asked for."""

from __future__ import annotations

from datetime import timedelta

from peremena.jobs.models import Worker

A_MOMENT = timedelta(seconds=5)  # after which a job should have been taken up


def nobody_works(queue: str) -> bool:
    return not any(not worker.queues or queue in worker.queues for worker in Worker.objects.alive())
