"""How a chat's title and people are doing in the messenger, from our rows alone: a card asks for it every second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peremena.core.errors import UnusableInput
from peremena.core.operations import CreateChat, RenameChat
from peremena.school.models import Chat, Connection, Room
from peremena.sync.connections import capabilities
from peremena.sync.models import Run, Step
from peremena.web.wording import titles as title_words
from peremena.web.wording.reasons import Reason, reason


@dataclass(frozen=True)
class News:
    """`is_open`: something is on its way, so it is worth asking again. `theirs` is the messenger's title where it is another
    one than ours; `state` is for the eye: ok, wait or bad."""

    title: str
    state: str
    is_open: bool
    theirs: str = ""
    why: Reason | None = None
    can_retry: bool = False


def news_of(chat: Chat, room: Room | None, connection: Connection | None, *, saved: bool) -> News:
    steps = Step.objects.filter(chat=chat)
    under_way = list(
        steps.filter(state__in=Step.OPEN, run__state__in=Run.OPEN).values("operation", "reason", "run__problem")
    )
    if room is None or not room.external_id:
        return _without_room(room, under_way)
    stopped = _stopped(chat, connection)
    is_open = not stopped and bool(under_way or room.due_at)
    if room.title == chat.title and not room.problem:
        return News(title_words.CHANGED if saved else title_words.SAME, "ok", is_open, why=stopped)
    theirs = room.title if room.title != chat.title else ""
    if why := stopped or (reason(room.problem) if room.problem else None) or _never(chat, connection):
        return News(title_words.FAILED, "bad", is_open and not room.problem, theirs, why)
    if is_open:
        codes = [each["reason"] or each["run__problem"] for each in under_way if each["operation"] == RenameChat.name]
        held_up = next(filter(None, codes), "")
        return News(title_words.COMING, "wait", True, theirs, reason(held_up) if held_up else None)
    return _given_up(chat, steps.filter(operation=RenameChat.name).order_by("-pk").first(), theirs)


def _without_room(room: Room | None, under_way: Iterable[Mapping[str, Any]]) -> News:
    if room is not None and room.problem:
        return News(title_words.NO_ROOM, "bad", False, why=reason(room.problem))
    made = any(each["operation"] == CreateChat.name for each in under_way)
    return News(title_words.BEING_MADE if made else title_words.NO_ROOM, "wait", made)


def _stopped(chat: Chat, connection: Connection | None) -> Reason | None:
    """Why nothing reaches the messenger at all."""
    if connection is None:
        return Reason("нет подключения к мессенджеру", "Обратитесь к тому, кто сопровождает систему.")
    if connection.state != Connection.READY:
        return reason(connection.problem or "unauthorized")
    if not chat.organization.chats_enabled or chat.organization.active_year is None:
        return Reason(title_words.SWITCHED_OFF)
    return None


def _never(chat: Chat, connection: Connection | None) -> Reason | None:
    """Why this title will not come by itself, however long one waits."""
    if not chat.wanted:
        return Reason(title_words.UNWANTED)
    try:
        can_rename = connection is not None and capabilities(connection).rename
    except UnusableInput:
        can_rename = True
    return None if can_rename else Reason(title_words.BY_HAND)


def _given_up(chat: Chat, last: Step | None, theirs: str) -> News:
    if last is not None and last.state == Step.FAILED and last.data.get("title") == chat.title:
        return News(title_words.FAILED, "bad", False, theirs, reason(last.reason), can_retry=True)
    change = Run.objects.filter(organization=chat.organization_id, kind=Run.CHANGE).order_by("-pk").first()
    if change is not None and change.state == Run.REFUSED:
        return News(title_words.FAILED, "bad", False, theirs, Reason(title_words.REFUSED), can_retry=True)
    return News(title_words.OTHER, "bad", False, theirs, Reason(title_words.DIFFERS), can_retry=True)
