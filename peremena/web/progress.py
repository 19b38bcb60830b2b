"""A run as a page shows it, from its rows alone: any viewer sees the same, after any reload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from peremena.sync.models import Run, Step
from peremena.web.counting import counted, duration, grouped
from peremena.web.wording import chats as chat_words
from peremena.web.wording import operations as plan_words
from peremena.web.wording import reasons as reason_words
from peremena.web.wording import runs as run_words


@dataclass(frozen=True)
class Progress:
    """`chat` and `left` are empty where there is nothing to say."""

    run: Run
    heading: str
    is_open: bool
    handled: int
    counts: str
    chat: str
    left: str
    why: reason_words.Reason | None
    outcome: str
    failures: Sequence[plan_words.Line]
    by_hand: Sequence[plan_words.Line]


def progress_of(run: Run, now: datetime) -> Progress:
    """Asks the database for steps only as far as the state needs them."""
    is_open = run.state in Run.OPEN
    handled = min(run.done + run.failed, run.total)
    return Progress(
        run=run,
        heading=run_words.HEADINGS[run.state],
        is_open=is_open,
        handled=handled,
        counts=_counts(run, handled),
        chat=_chat(run) if run.state == Run.RUNNING else "",
        left=_left(run, handled, now) if run.state == Run.RUNNING else "",
        why=reason_words.reason(run.problem) if run.problem else None,
        outcome="" if is_open else run_words.outcome(run),
        failures=[] if is_open else plan_words.failures(_failed(run)),
        by_hand=[]
        if is_open
        else plan_words.by_hand((step["operation"], step["reason"]) for step in run.plan.get("by_hand", ())),
    )


def _counts(run: Run, handled: int) -> str:
    failed = f", не получилось: {grouped(run.failed)}" if run.failed else ""
    return f"{grouped(handled)} из {counted(run.total, chat_words.OF_STEPS)}{failed}"


def _chat(run: Run) -> str:
    """The chat that is being worked on, else the next one."""
    steps = run.steps.select_related("chat").order_by("position")
    step = steps.filter(state=Step.SENT).first() or steps.filter(state=Step.WAITING).first()
    return step.chat.title if step else ""


def _left(run: Run, handled: int, now: datetime) -> str:
    if not (run.started_at and handled):
        return ""
    seconds = (now - run.started_at).total_seconds() / handled * (run.total - handled)
    return f"осталось {duration(seconds)}" if seconds < 30 else f"осталось: примерно {duration(seconds)}"


def _failed(run: Run) -> list[tuple[str, int]]:
    """Steps that were given up because of another one count too."""
    undone = run.steps.filter(state__in=(Step.FAILED, Step.CANCELLED)).exclude(reason="")
    found = undone.values_list("reason").annotate(number=Count("pk")).order_by("reason")
    return [(code, number) for code, number in found]
