"""A run as a page shows it, from its rows alone: any viewer sees the same, after any reload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Min, QuerySet

from peremena.sync.models import Run, Step
from peremena.web.addresses import card_of
from peremena.web.counting import counted, duration, grouped
from peremena.web.wording import chats as chat_words
from peremena.web.wording import operations as plan_words
from peremena.web.wording import reasons as reason_words
from peremena.web.wording import runs as run_words

SHOWN = 20  # chats that something was not done in; the run's own page has them all


@dataclass(frozen=True)
class Undone:
    """What was not done in one chat, and why."""

    title: str
    address: str
    lines: Sequence[plan_words.Line]


@dataclass(frozen=True)
class Progress:
    """`chat` and `left` are empty where there is nothing to say. `undone`: chats; `more`: how many further ones there are, of
    which the reasons alone are told in `failures`."""

    run: Run
    heading: str
    is_open: bool
    handled: int
    counts: str
    chat: str
    left: str
    why: reason_words.Reason | None
    outcome: str
    undone: Sequence[Undone]
    more: str
    failures: Sequence[plan_words.Line]
    by_hand: Sequence[plan_words.Line]


def progress_of(run: Run, now: datetime, *, shown: int | None = SHOWN) -> Progress:
    """Asks the database for steps only as far as the state needs them. `shown` None: every chat that failed is told."""
    is_open = run.state in Run.OPEN
    undone = [] if is_open else _undone(run)
    more = len(undone[shown:]) if shown else 0
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
        undone=undone[:shown],
        more=counted(more, chat_words.CHATS) if more else "",
        failures=plan_words.failures(_failed(run)) if more else [],
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


def _given_up(run: Run) -> QuerySet[Step]:
    """Steps that were given up because of another one count too."""
    return run.steps.filter(state__in=(Step.FAILED, Step.CANCELLED)).exclude(reason="").order_by()


def _failed(run: Run) -> list[tuple[str, int]]:
    found = _given_up(run).values_list("reason").annotate(number=Count("pk")).order_by("reason")
    return [(code, number) for code, number in found]


def _undone(run: Run) -> list[Undone]:
    """Chat by chat, as the registry lists them; in each in the order in which it was tried."""
    steps = _given_up(run).values_list("chat", "chat__title", "operation", "reason")
    found = steps.annotate(number=Count("pk"), first=Min("position")).order_by("chat__sort_key", "chat", "first")
    return [
        Undone(title, card_of(chat), [plan_words.undone(name, number, code) for _, _, name, code, number, _ in lines])
        for (chat, title), lines in groupby(found, key=itemgetter(0, 1))
    ]
