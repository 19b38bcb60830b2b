"""The worker process: runs jobs, shows that it lives, and brings back what a dead one left."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, cast

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from django.db.models.functions import Now
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from peremena.jobs.models import Worker

HEARTBEAT = 5.0  # seconds between signs of life
CONCURRENCY = 8
GLANCE = 0.001  # seconds; a request whose place has come must not wait for a thread that is busy computing
GRACE = 3.0  # seconds a job gets to hand over when the worker is told to stop
Beside = Callable[[bool], Coroutine[Any, Any, None]]
log = logging.getLogger(__name__)


def work(*, queues: Sequence[str] = (), sole: bool = False, beside: Iterable[Beside] = ()) -> None:
    """Work until SIGTERM or SIGINT. `sole` = there is no other worker, so whatever is being done now was left by a dead one.
    `beside`: what runs in the worker's event loop as long as it works; each is told whether it is sole."""
    sys.setswitchinterval(GLANCE)
    asyncio.run(_work(queues, sole, beside))


async def _work(queues: Sequence[str], sole: bool, beside: Iterable[Beside]) -> None:
    own = Worker(pid=os.getpid(), host=socket.gethostname(), queues=list(queues))
    await sync_to_async(_beat)(own)
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    worker = app.with_connector(connector)
    async with worker.open_async():
        if sole:
            for job in await worker.job_manager.list_jobs_async(status="doing"):
                await worker.job_manager.retry_job(job)
        life = asyncio.gather(_live(worker, own), _end_with_database(), *(run(sole) for run in beside))
        try:
            await worker.run_worker_async(
                **({"queues": queues} if queues else {}),  # type: ignore[arg-type]
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=Worker.PRESUMED_DEAD,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
            )
        finally:
            life.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await life  # whatever runs beside us hands over
            await sync_to_async(_say_goodbye)(own)


async def _live(worker: App, own: Worker) -> None:
    """Every worker looks after all queues: jobs of the dead start again whoever is left."""
    while True:
        try:
            await sync_to_async(_beat)(own)
            for job in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=Worker.PRESUMED_DEAD):
                log.warning("job %s of a lost worker starts again", job.id)
                await worker.job_manager.retry_job(job)
        except Exception:  # the database may be restarting: the next beat will tell
            log.warning("a heartbeat failed; the worker goes on", exc_info=True)
        await asyncio.sleep(HEARTBEAT)


async def _end_with_database() -> None:
    """A worker whose database went away ends at once, and whoever keeps it alive starts it anew: pools take many seconds to
    notice that a server is back, and nothing is lost by a kill."""
    async with await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True) as held:
        with contextlib.suppress(psycopg.OperationalError):
            async for _ in held.notifies():  # none ever comes: this waits for the connection to break
                pass
    log.error("the database went away: the worker ends, to be started again")
    os._exit(1)


def _beat(own: Worker) -> None:
    """Also after others have presumed it dead: whoever beats, lives."""
    try:
        own.seen_at = Now()
        own.save()
        Worker.objects.exclude(pk=own.pk).exclude(pk__in=Worker.objects.alive().values("pk")).delete()
    finally:
        connections.close_all()


def _say_goodbye(own: Worker) -> None:
    own.delete()
    connections.close_all()
