"""What stands in the queue."""

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob


def waiting_lanes() -> int:
    return waiting("sync.lane")


def waiting(task: str) -> int:
    return ProcrastinateJob.objects.filter(task_name=task, status="todo").count()


def forget_the_queue() -> None:
    """Its model is read-only."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
