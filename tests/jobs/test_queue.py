"""Asking for a task belongs to the caller's transaction."""

from __future__ import annotations

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from peremena.jobs.models import Worker
from peremena.jobs.queue import enqueue, is_waiting
from peremena.jobs.worker import _beat


def names() -> list[str]:
    return list(ProcrastinateJob.objects.order_by("id").values_list("task_name", flat=True))


@pytest.mark.django_db
def test_a_task_is_asked_for_with_its_arguments_and_its_lock() -> None:
    enqueue("tests.hold", lock="connection:7", connection=7)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.lock, job.queueing_lock, job.args, job.scheduled_at) == (
        "tests.hold",
        "connection:7",
        None,
        {"connection": 7},
        None,
    )


@pytest.mark.django_db
def test_asking_is_undone_with_the_caller_s_transaction() -> None:
    with transaction.atomic():
        enqueue("tests.kept")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue("tests.undone")
        raise ZeroDivisionError
    assert names() == ["tests.kept"]


@pytest.mark.django_db
def test_a_job_waits_until_somebody_takes_it() -> None:
    assert not is_waiting("connection:7")
    enqueue("tests.hold", lock="connection:7")
    assert (is_waiting("connection:7"), is_waiting("connection:8")) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_others_presumed_dead_is_alive_again_with_its_next_beat() -> None:
    own = Worker(pid=1, host="here", queues=["tests"])
    _beat(own)
    Worker.objects.all().delete()
    _beat(own)
    assert [worker.pid for worker in Worker.objects.alive()] == [1]


@pytest.mark.django_db(transaction=True)
def test_a_beat_takes_the_rows_of_the_dead_with_it() -> None:
    Worker.objects.create(pid=2, host="here", queues=[], seen_at="2001-01-01T00:00Z")
    own = Worker(pid=1, host="here", queues=[])
    _beat(own)
    assert list(Worker.objects.values_list("pid", flat=True)) == [1]
