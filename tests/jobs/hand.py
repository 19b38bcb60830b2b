"""A worker process for tests, which knows `tests.hold` and is quick to presume others dead: `python -m tests.jobs.hand`."""

from __future__ import annotations

import importlib
import sys

import django

PRESUMED_DEAD = 2
FOR_EVER = 1000


def main(sole: bool) -> None:
    django.setup()
    from peremena.jobs import models, worker

    importlib.import_module("tests.jobs.holding")
    models.Worker.PRESUMED_DEAD = FOR_EVER if sole else PRESUMED_DEAD
    worker.HEARTBEAT = 0.5
    worker.work(queues=["tests"], sole=sole)


if __name__ == "__main__":
    main(sole="--sole" in sys.argv)
