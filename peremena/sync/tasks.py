"""What the queue may ask of sync."""

from __future__ import annotations

from django.utils import timezone

from peremena.jobs.queue import Stop, is_waiting, periodic, task
from peremena.school.models import Connection
from peremena.sync.applying import run_lane
from peremena.sync.models import Run, Step
from peremena.sync.runs import LANE, lock_of, wake


@task(LANE, queue="sync")
def lane(*, connection: int, stop: Stop) -> None:
    if found := Connection.objects.filter(pk=connection).first():
        run_lane(found, stop=stop)


@periodic("sync.wake", cron="* * * * * */5", queue="sync")
def wake_lanes(*, stop: Stop) -> None:
    """Without a lock, so that nothing can hold it up: lanes with something due, or with an answer to wait for, start again."""
    open_runs = Run.objects.filter(state__in=Run.OPEN, connection__state=Connection.READY)
    due = Step.objects.filter(run__in=open_runs, state=Step.WAITING, due_at__lte=timezone.now())
    sent = Step.objects.filter(run__in=open_runs, state=Step.SENT)
    for connection in {*due.values_list("connection", flat=True), *sent.values_list("connection", flat=True)}:
        if not is_waiting(lock_of(connection)):
            wake(connection)
