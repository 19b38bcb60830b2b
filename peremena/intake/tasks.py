"""What the queue may ask of intake."""

from __future__ import annotations

from collections.abc import Callable

from django.db import InterfaceError, OperationalError

from peremena.intake.uploading import APPLY, READ, failed, forget_old, look, write
from peremena.jobs.queue import Stop, periodic, task


@task(READ, queue="intake")
def reading(*, upload: int, stop: Stop) -> None:
    _told(look, upload)


@task(APPLY, queue="intake")
def applying(*, upload: int, stop: Stop) -> None:
    _told(write, upload)


@periodic("intake.forget", cron="7 * * * *", queue="intake")
def forgetting(*, stop: Stop) -> None:
    forget_old()


def _told(work: Callable[[int], None], upload: int) -> None:
    try:
        work(upload)
    except (OperationalError, InterfaceError):  # the database will be back, and so will the job
        raise
    except Exception:
        failed(upload)
        raise
