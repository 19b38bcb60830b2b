"""What the queue may ask of sync."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone

from peremena.core.operations import CreateChat
from peremena.jobs.names import FOLLOW_ROSTER
from peremena.jobs.queue import Stop, is_waiting, periodic, task
from peremena.school.models import Connection, Organization
from peremena.sync.applying import run_lane
from peremena.sync.checking import CHECK, carry_out
from peremena.sync.choosing import sendable_runs
from peremena.sync.following import follow_roster
from peremena.sync.links import FIND, find_link
from peremena.sync.mending import MEND, due_rooms, mend, wake_mending
from peremena.sync.models import Step
from peremena.sync.nightly import READ_AGAIN, ask_to_read, read_again
from peremena.sync.runs import LANE, lock_of, wake


@task(LANE, queue="sync")
def lane(*, connection: int, stop: Stop) -> None:
    if found := Connection.objects.filter(pk=connection).first():
        run_lane(found, stop=stop)


@task(MEND, queue="sync")
def mending(*, connection: int, stop: Stop) -> None:
    if found := Connection.objects.filter(pk=connection).first():
        mend(found, stop=stop)


@task(READ_AGAIN, queue="sync")
def reading_again(*, connection: int, before: float, stop: Stop) -> None:
    if found := Connection.objects.filter(pk=connection, state=Connection.READY).first():
        read_again(found, before=datetime.fromtimestamp(before, UTC), stop=stop)


@task(FOLLOW_ROSTER, queue="sync")
def following(*, organization: int, stop: Stop) -> None:
    if found := Organization.objects.filter(pk=organization).first():
        follow_roster(found)


@task(FIND, queue="sync")
def finding_link(*, room: int, stop: Stop) -> None:
    find_link(room)


@task(CHECK, queue="sync")
def checking(*, check: int, stop: Stop) -> None:
    carry_out(check)


@periodic("sync.nightly", cron="30 0 * * *", queue="sync")  # 3:30 in Moscow
def read_everything(*, stop: Stop) -> None:
    """What no event has told of: once a night every room is read."""
    for connection in Connection.objects.filter(state=Connection.READY).values_list("pk", flat=True):
        ask_to_read(connection, before=timezone.now())


@periodic("sync.wake", cron="* * * * * */5", queue="sync")
def wake_lanes(*, stop: Stop) -> None:
    """Without a lock, so that nothing can hold it up: lanes with something due, or with an answer to wait for, start again,
    and so does the looking after rooms."""
    now = timezone.now()
    answers = Step.objects.filter(state=Step.SENT).exclude(operation=CreateChat.name, due_at__gt=now)
    connections = {
        *sendable_runs(now).values_list("connection", flat=True),
        *answers.values_list("connection", flat=True),
    }
    for connection in Connection.objects.filter(pk__in=connections, state=Connection.READY).values_list(
        "pk", flat=True
    ):
        if not is_waiting(lock_of(connection)):
            wake(connection)
    for connection in due_rooms(now).order_by().values_list("connection", flat=True).distinct():
        wake_mending(connection)
