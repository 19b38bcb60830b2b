"""Tasks by name: who enqueues need not know who does the work, so any floor above may ask any other for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import procrastinate
from django.db import InterfaceError, OperationalError, connections
from procrastinate.contrib.django import app

# The database restarting is nobody's failure; everything else a task may meet is the task's own business.
DATABASE_IS_BACK_SOON = procrastinate.RetryStrategy(
    max_attempts=50, wait=1, retry_exceptions={OperationalError, InterfaceError}
)
Stop = Callable[[], bool]
Work = Callable[..., None]


def task(name: str, *, queue: str) -> Callable[[Work], Work]:
    """Register a function under `name`. It gets `stop`, which turns true when the worker wants to end, and the keyword
    arguments it was enqueued with. It must be harmless to run twice."""

    def register(work: Work) -> Work:
        app.task(queue=queue, name=name, pass_context=True, retry=DATABASE_IS_BACK_SOON)(_in_a_thread(work))
        return work

    return register


def periodic(name: str, *, cron: str, queue: str) -> Callable[[Work], Work]:
    """The same for a task that runs by itself; `cron` has an optional sixth field, seconds."""

    def register(work: Work) -> Work:
        app.periodic(cron=cron)(app.task(queue=queue, name=name, pass_context=True)(_in_a_thread(work)))
        return work

    return register


def _in_a_thread(work: Work) -> Work:
    def run(context: procrastinate.JobContext, timestamp: int = 0, **arguments: Any) -> None:
        try:
            work(stop=context.should_abort, **arguments)
        finally:
            connections.close_all()  # back to the pool: this thread may never run again

    return run


def enqueue(name: str, /, *, lock: str | None = None, **arguments: float | str) -> None:
    """Ask for a task, in the caller's transaction. Jobs of one `lock` never run at once."""
    app.configure_task(name, lock=lock).defer(**arguments)


def is_waiting(lock: str) -> bool:
    """Whether a job of this lock is still to come."""
    return any(app.job_manager.list_jobs(lock=lock, status="todo"))
