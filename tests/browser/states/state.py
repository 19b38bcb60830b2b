"""One face of a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from peremena.accounts.models import User
from peremena.sync.models import Run


@dataclass(frozen=True)
class State:
    """`url_name` "" = a page that no address leads to. `refused` is the status the browser complains about."""

    name: str
    url_name: str
    path: str
    viewer: Callable[[], User | None]
    after: Callable[[Page], None] | None = None
    refused: int = 0


def path_of(state: State) -> str:
    run = Run.objects.order_by("-pk").first()
    teacher = User.objects.filter(username="teacher").first()
    return state.path.format(run=run.pk if run else 0, teacher=teacher.pk if teacher else 0)
