"""Steps that come to an end, counted in their runs in the same transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from peremena.sync.models import Run, Step


class Tally:
    """What one transaction closes. A step is closed once, whoever comes first, so the figures of a run need no recount."""

    def __init__(self) -> None:
        self.done: Counter[int] = Counter()
        self.failed: Counter[int] = Counter()

    def close(self, steps: QuerySet[Step], state: str, reason: str = "", *, of: tuple[str, ...] = Step.OPEN) -> None:
        """Bring those of `steps` that are open to their end. Give them by id or by chat: their state is looked at here."""
        found = steps.select_for_update().order_by("pk").values_list("pk", "run", "state")
        runs = {pk: run for pk, run, now in found if now in of}
        if runs:
            Step.objects.by_id(runs).update(state=state, reason=reason)
            (self.done if state == Step.DONE else self.failed).update(runs.values())

    def close_rest(self, connection: int, chats: Iterable[int], reason: str) -> None:
        """What still waits in chats that have no room any more has nowhere to happen."""
        rest = Step.objects.filter(connection=connection, chat__in=list(chats))
        self.close(rest, Step.CANCELLED, reason, of=(Step.WAITING,))

    def write(self, *, answered: Iterable[int] = (), requests: int = 0) -> None:
        """Bring the runs up to date; `answered` are those that the messenger has just spoken to: the requests count for the
        first of them."""
        answered = list(answered)
        runs = Run.objects.select_for_update().filter(pk__in={*answered, *self.done, *self.failed}).order_by("pk")
        changed = list(runs)
        for run in changed:
            run.done += self.done[run.pk]
            run.failed += self.failed[run.pk]
            run.requests += requests if [run.pk] == answered[:1] else 0
            if run.state in Run.OPEN:
                _move_on(run, answered=run.pk in answered)
        fields = ["done", "failed", "requests", "state", "problem", "finished_at"]
        Run.objects.bulk_update(changed, fields)


def _move_on(run: Run, *, answered: bool) -> None:
    if run.done + run.failed >= run.total:
        run.state = Run.DONE if not run.failed else Run.PARTIAL if run.done else Run.FAILED
        run.problem, run.finished_at = "", timezone.now()
    elif answered:
        run.state, run.problem = Run.RUNNING, ""
