"""What was said and done, and by whom, in Russian."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from vk_sandbox.models import Account, Message, State

People = Mapping[int, Account]
MOSCOW = timezone(timedelta(hours=3))
NOBODY = "Удалённый аккаунт"
# By sex as VK has it: unknown, female, male.
MADE = ("создал(а)", "создала", "создал")
CHANGED = ("изменил(а)", "изменила", "изменил")
RENEWED = ("обновил(а)", "обновила", "обновил")
REMOVED = ("удалил(а)", "удалила", "удалил")
ADDED = ("добавил(а)", "добавила", "добавил")
CAME_BACK = ("вернулся(лась)", "вернулась", "вернулся")
JOINED = ("присоединился(лась)", "присоединилась", "присоединился")
LEFT = ("вышел(ла)", "вышла", "вышел")
PUT_OUT = ("исключил(а)", "исключила", "исключил")
PINNED = ("закрепил(а)", "закрепила", "закрепил")
UNPINNED = ("открепил(а)", "открепила", "открепил")
# Of an action: the verb, and what follows it. `title` and `member` are the message's.
ACTIONS = {
    "chat_create": (MADE, "чат «{title}»"),
    "chat_title_update": (CHANGED, "название чата: «{title}»"),
    "chat_photo_update": (RENEWED, "фотографию чата"),
    "chat_photo_remove": (REMOVED, "фотографию чата"),
    "chat_invite_user": (ADDED, "участника: {member}"),
    "chat_invite_user_by_link": (JOINED, "к чату по ссылке"),
    "chat_kick_user": (PUT_OUT, "участника: {member}"),
    "chat_pin_message": (PINNED, "сообщение «{title}»"),
    "chat_unpin_message": (UNPINNED, "сообщение «{title}»"),
}
BY_HIMSELF = {"chat_invite_user": (CAME_BACK, "в чат"), "chat_kick_user": (LEFT, "из чата")}
OUTSIDE = {State.LEFT: "Вы вышли из этого чата", State.KICKED: "Вас исключили из этого чата"}
WAY_BACK = {
    State.LEFT: "Вернуться можно по ссылке на чат, или попросите того, кто его ведёт, добавить вас.",
    State.KICKED: "Попросите того, кто ведёт чат, добавить вас.",
}
FILES = {"photo": "фотография", "doc": "документ"}


@dataclass(frozen=True, slots=True)
class Said:
    """A line of a conversation. `author` is empty for a service message."""

    author: str
    text: str
    files: str
    moment: str
    own: bool
    edited: bool


def said(message: Message, people: People, reader: int) -> Said:
    when = moment(message.date)
    if message.action:
        return Said("", service(message, people), "", when, own=False, edited=False)
    own, edited = message.author == reader, message.edited is not None
    return Said(_name(people, message.author), message.text, _files(message), when, own, edited)


def preview(message: Message, people: People, *, named: bool) -> str:
    """In one line of the list."""
    if message.action:
        return service(message, people)
    text = " ".join(message.text.split()) or _files(message)
    return f"{_name(people, message.author)}: {text}" if named else text


def service(message: Message, people: People) -> str:
    """«Анна Белова добавила участника: Борис Котов»."""
    author = people.get(message.author)
    alone = BY_HIMSELF if message.member == message.author else {}
    verb, rest = alone.get(message.action) or ACTIONS.get(message.action) or (CHANGED, "чат")
    member = "" if message.member is None else _name(people, message.member)
    rest = rest.format(title=message.title, member=member).removesuffix(" «»")
    return f"{_name(people, message.author)} {verb[author.sex if author else 0]} {rest}"


def outside(state: str) -> str:
    return OUTSIDE.get(State(state), "")


def way_back(state: str) -> str:
    return WAY_BACK.get(State(state), "")


def number_of_people(number: int) -> str:
    last, tens = number % 10, number % 100
    few = last in {2, 3, 4} and tens not in {12, 13, 14}
    return f"{number} {'участник' if last == 1 and tens != 11 else 'участника' if few else 'участников'}"


def moment(seconds: int) -> str:
    """In Moscow, wherever the stand-in runs."""
    return f"{datetime.fromtimestamp(seconds, MOSCOW):%d.%m.%Y %H:%M}"


def _name(people: People, number: int) -> str:
    return str(people[number]) if number in people else NOBODY


def _files(message: Message) -> str:
    files = json.loads(message.attachments) if message.attachments else []
    named = [f"{FILES.get(one['type'], 'файл')} {one[one['type']].get('title', '')}".strip() for one in files]
    return f"Вложения: {', '.join(named)}" if named else ""
