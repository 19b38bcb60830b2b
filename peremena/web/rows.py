"""Chats as lines of the registry: a fixed number of queries for any number of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from peremena.core.operations import ChatKind
from peremena.core.state import percent
from peremena.school.models import Chat, Membership
from peremena.sync.condition import Condition
from peremena.sync.models import Run, Step
from peremena.web.addresses import card_of
from peremena.web.chats import classes_of, parent_classes, subject_of
from peremena.web.wording import chats as chat_words
from peremena.web.wording import registry as words

if TYPE_CHECKING:
    from peremena.sync.condition import ChatWithCondition


@dataclass(frozen=True)
class Row:
    """`percent` and `linked` None = «—»."""

    chat: Chat
    code: str
    classes: str
    subject: str
    percent: int | None
    linked: int | None
    condition: Condition
    state: str
    details: Sequence[str]

    @property
    def condition_code(self) -> str:
        return self.condition.name.lower()

    @property
    def icon_template(self) -> str:
        return f"web/icons/state-{self.condition_code}.svg"

    @property
    def address(self) -> str:
        return card_of(self.chat.pk)


@dataclass
class Said:
    """What the messenger answered about a room's people: the reason of each refusal, and how many are only invited."""

    refused: Counter[str] = field(default_factory=Counter)
    invited: int = 0


def rows_of(chats: Iterable[ChatWithCondition], latest: Run | None) -> list[Row]:
    """`chats` come with their condition (sync.condition); what failed is told of the school's `latest` sync."""
    chats = list(chats)
    parents = parent_classes([chat.group_id for chat in chats if chat.group_id])
    said = _said(chats)
    failed = _failed(chats, latest)
    return [
        Row(
            chat=chat,
            code=chat_words.KIND_CODES[ChatKind(chat.kind)],
            classes=classes_of(chat, parents),
            subject=subject_of(chat),
            percent=percent(chat.inside, chat.linked),
            linked=percent(chat.linked, chat.seats),
            condition=Condition(chat.condition),
            state=words.CONDITIONS[Condition(chat.condition)],
            details=words.details(_trouble(chat, said[chat.pk], failed[chat.pk])),
        )
        for chat in chats
    ]


def _trouble(chat: ChatWithCondition, said: Said, failed: dict[str, str]) -> words.Trouble:
    return words.Trouble(
        condition=Condition(chat.condition),
        title=chat.title,
        room_title=chat.room_title or "" if chat.room_id else "",
        problem=chat.room_problem or "",
        is_wanted=chat.wanted,
        short=chat.short,
        left=min(chat.left, chat.linked - chat.inside) if chat.linked > chat.inside else 0,
        excess=chat.excess,
        invited=said.invited,
        refused=said.refused,
        failed=failed,
    )


def _said(chats: Sequence[ChatWithCondition]) -> dict[int, Said]:
    """By chat. Nobody asks about those that everybody is in."""
    rooms = {chat.room_id: chat.pk for chat in chats if chat.room_id and chat.short > 0}
    found: dict[int, Said] = defaultdict(Said)
    answers = Membership.objects.filter(room__in=rooms, state__in=(Membership.REFUSED, Membership.INVITED))
    counted = answers.values_list("room", "state", "reason").annotate(people=Count("pk"))
    for room, state, code, people in counted.order_by("room", "-people", "reason"):
        if state == Membership.INVITED:
            found[rooms[room]].invited += people
        else:
            found[rooms[room]].refused[code] += people
    return found


def _failed(chats: Sequence[ChatWithCondition], latest: Run | None) -> dict[int, dict[str, str]]:
    """Chat → operation → why the latest sync could not do it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    troubled = [chat.pk for chat in chats if chat.condition != Condition.FINE]
    steps = Step.objects.filter(run=latest, chat__in=troubled, state=Step.FAILED).order_by("position")
    for chat, operation, code in steps.values_list("chat", "operation", "reason"):
        found[chat][operation] = code
    return found
