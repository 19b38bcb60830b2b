"""One step of a run in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peremena.core.operations import (
    AddMember,
    CreateChat,
    InviteMember,
    RemoveMember,
    RenameChat,
    SetRole,
)
from peremena.sync.models import Step

ACTS = {
    CreateChat.name: "создать чат",
    RenameChat.name: "переименовать в «{title}»",
    AddMember.name: "добавить",
    InviteMember.name: "пригласить по ссылке",
    RemoveMember.name: "исключить",
    SetRole.name: "изменить права",
    "archive_chat": "убрать в архив",
}
STATES = {
    Step.WAITING: "ждёт",
    Step.SENT: "отправлено",
    Step.DONE: "сделано",
    Step.FAILED: "не получилось",
    Step.CANCELLED: "отменено",
}


def act(operation: str, data: Mapping[str, Any]) -> str:
    """«создать чат», «переименовать в «…»»."""
    return ACTS[operation].format(title=data.get("title", ""))


def state(step: Step, *, over: bool) -> str:
    """`over`: its run has ended, so what still waits will not be done."""
    return "не выполнено" if over and step.state in Step.OPEN else STATES[step.state]
