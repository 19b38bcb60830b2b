from __future__ import annotations

import click

from peremena.cli.installation import setup


@click.command()
@click.option("-q", "--queue", "queues", multiple=True, help="только эта очередь (можно несколько раз); иначе все")
@click.option("--sole", is_flag=True, help="других работников нет: начатое прежним сразу продолжается")
def worker(queues: tuple[str, ...], sole: bool) -> None:
    """Выполнять задания очереди до SIGTERM или Ctrl+C."""
    setup()
    from peremena.jobs.worker import work
    from peremena.sync.events import QUEUE, listen

    work(queues=queues, sole=sole, beside=[listen] if not queues or QUEUE in queues else [])
