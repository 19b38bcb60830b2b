"""Chats as lines of the registry: a fixed number of queries for any number of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from peremena.core.operations import ChatKind
from peremena.core.roster import EnrollmentRole
from peremena.core.state import percent
from peremena.school.models import Chat, Enrollment, Membership
from peremena.sync.models import Run, Step
from peremena.sync.standing import Standing
from peremena.web.addresses import card_of
from peremena.web.wording import chats as chat_words
from peremena.web.wording import registry as words

if TYPE_CHECKING:
    from peremena.sync.standing import StandingChat


@dataclass(frozen=True)
class Row:
    """`percent` and `linked` None = «—»."""

    chat: Chat
    code: str
    classes: str
    subject: str
    percent: int | None
    linked: int | None
    standing: Standing
    state: str
    details: Sequence[str]

    @property
    def standing_code(self) -> str:
        return self.standing.name.lower()

    @property
    def icon_template(self) -> str:
        return f"web/icons/state-{self.standing_code}.svg"

    @property
    def address(self) -> str:
        return card_of(self.chat.pk)


@dataclass
class Said:
    """What the messenger answered about a room's people: the reason of each refusal, and how many are only invited."""

    refused: Counter[str] = field(default_factory=Counter)
    invited: int = 0


def rows_of(chats: Iterable[StandingChat], latest: Run | None) -> list[Row]:
    """`chats` come with their standing (sync.standing); what failed is told of the school's `latest` sync."""
    chats = list(chats)
    parents = parent_classes([chat.group_id for chat in chats if chat.group_id])
    said = _said(chats)
    failed = _failed(chats, latest)
    return [
        Row(
            chat=chat,
            code=chat_words.KIND_CODES[ChatKind(chat.kind)],
            classes=_classes(chat, parents),
            subject=_subject(chat),
            percent=percent(chat.inside, chat.linked),
            linked=percent(chat.linked, chat.seats),
            standing=Standing(chat.standing),
            state=words.STANDINGS[Standing(chat.standing)],
            details=words.details(_trouble(chat, said[chat.pk], failed[chat.pk])),
        )
        for chat in chats
    ]


def _trouble(chat: StandingChat, said: Said, failed: dict[str, str]) -> words.Trouble:
    return words.Trouble(
        standing=Standing(chat.standing),
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


def _said(chats: Sequence[StandingChat]) -> dict[int, Said]:
    """By chat. Nobody asks about those that everybody is in."""
    rooms = {chat.room_id: chat.pk for chat in chats if chat.room_id and chat.short > 0}
    found: dict[int, Said] = defaultdict(Said)
    answers = Membership.objects.filter(room__in=rooms, state__in=(Membership.REFUSED, Membership.INVITED))
    for room, state, code, people in answers.values_list("room", "state", "reason").annotate(people=Count("pk")):
        if state == Membership.INVITED:
            found[rooms[room]].invited += people
        else:
            found[rooms[room]].refused[code] += people
    return found


def _failed(chats: Sequence[StandingChat], latest: Run | None) -> dict[int, dict[str, str]]:
    """Chat → operation → why the latest sync could not do it."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    troubled = [chat.pk for chat in chats if chat.standing != Standing.FINE]
    steps = Step.objects.filter(run=latest, chat__in=troubled, state=Step.FAILED).order_by("position")
    for chat, operation, code in steps.values_list("chat", "operation", "reason"):
        found[chat][operation] = code
    return found


def _classes(chat: Chat, parents: dict[int, list[str]]) -> str:
    if chat.school_class:
        return f"{chat.school_class.title}, весь класс"
    if chat.group:
        return ", ".join(parents.get(chat.group.pk, ())) or chat.group.title
    return ""


def _subject(chat: Chat) -> str:
    if chat.subject:
        return chat.subject.title
    return chat.group.subject.title if chat.group else ""


def parent_classes(groups: Sequence[int]) -> dict[int, list[str]]:
    """Group → titles of the homeroom classes of its pupils, in their natural order. Two questions: as one, the database looks
    through the classes of everybody."""
    now = Enrollment.objects.filter(role=EnrollmentRole.STUDENT, ended=None)
    pupils = list(now.filter(group__in=groups).values_list("group", "person"))
    homes: dict[int, set[tuple[str, int, str]]] = defaultdict(set)
    at_home = now.filter(person__in={person for _, person in pupils}, school_class__isnull=False)
    own = ("person", "school_class__sort_key", "school_class", "school_class__title")
    for person, sort_key, pk, title in at_home.values_list(*own):
        homes[person].add((sort_key, pk, title))
    found: dict[int, set[tuple[str, int, str]]] = defaultdict(set)
    for group, person in pupils:
        found[group] |= homes[person]
    return {group: [title for _, _, title in sorted(classes)] for group, classes in found.items()}
