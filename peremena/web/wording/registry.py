"""The registry's columns, filters and conditions in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from peremena.core.operations import ChatKind
from peremena.school.models import Chat
from peremena.sync.condition import Condition
from peremena.web.counting import grouped
from peremena.web.wording.chats import KIND_CODES
from peremena.web.wording.reasons import reason

CONDITIONS = {
    Condition.ATTENTION: "нужно вмешательство",
    Condition.DRIFT: "есть расхождения",
    Condition.MISSING: "ещё не создан",
    Condition.UPDATING: "обновляется",
    Condition.UNWANTED: "больше не нужен",
    Condition.FINE: "в порядке",
}
# Head of a column → the word it is sorted by in the address; "" = it is not sorted by.
COLUMNS = {
    "Название": "title",
    "Тип": "kind",
    "Организация": "",
    "Класс": "class",
    "Предмет": "subject",
    "%": "percent",
    "Связали профиль": "linked",
    "Состояние": "state",
}
ORDERS = {
    "class": "по классам",
    "-class": "по классам, с конца",
    "title": "по названию, от А до Я",
    "-title": "по названию, от Я до А",
    "kind": "по типу",
    "-kind": "по типу, с конца",
    "subject": "по предмету, от А до Я",
    "-subject": "по предмету, от Я до А",
    "percent": "по %, сначала меньше",
    "-percent": "по %, сначала больше",
    "linked": "по связавшим профиль, сначала меньше",
    "-linked": "по связавшим профиль, сначала больше",
    "state": "по состоянию, сначала важное",
    "-state": "по состоянию, сначала в порядке",
}
FILTERS = {"kind": "Тип", "class": "Класс", "subject": "Предмет", "state": "Состояние"}
ONE_CHAT = "Выберите один чат: отметьте его в таблице и нажмите «Редактировать»."
SEVERAL_CHATS = "Выберите один чат: редактировать можно только по одному."


def kind(of: ChatKind) -> str:
    return f"{dict(Chat.KINDS)[of]} ({KIND_CODES[of]})"


def class_of(title: str, year: int | None) -> str:
    """With the school year, where there are classes of several."""
    return f"{title} ({year - 1}/{year % 100:02})" if year else title


def no_such(name: str) -> str:
    """Of an address that asks for what there is not."""
    if name in FILTERS:
        return f"Фильтр «{FILTERS[name]}» не применён: такого значения в этой школе нет."
    return "Порядок строк обычный: такого столбца нет."


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is known of one chat. `refused`: reason code → how many people the messenger would not take; `failed`:
    operation → reason code, of the last run."""

    condition: Condition
    title: str
    room_title: str
    problem: str
    is_wanted: bool
    short: int
    left: int
    excess: int
    invited: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


def details(chat: Trouble) -> list[str]:
    """Why the chat stands so, one sentence or more for each thing."""
    if chat.problem:
        return [_why(chat.problem)]
    if not chat.is_wanted:
        return ["По спискам школы он не нужен; люди остаются в нём, пока его не уберут в архив."]
    if chat.condition is Condition.MISSING:
        failed = chat.failed.get("create_chat")
        return [f"Создать не получилось: {_why(failed)}"] if failed else []
    return [*_people(chat), *_title(chat)]


def _people(chat: Trouble) -> Iterator[str]:
    rest = max(chat.short, 0)
    for code, number in chat.refused.items():
        if number := min(number, rest):
            rest -= number
            yield f"не добавлены: {grouped(number)} — {_why(code)}"
    invited = min(chat.invited, rest)
    if invited:
        yield f"приглашены и ещё не вошли: {grouped(invited)}"
    if rest > invited:
        failed = chat.failed.get("add_member") or chat.failed.get("invite_member")
        yield f"не добавлены: {grouped(rest - invited)}" + (f" — {_why(failed)}" if failed else "")
    if chat.excess:
        failed = chat.failed.get("remove_member")
        yield f"лишние: {grouped(chat.excess)}" + (f" — {_why(failed)}" if failed else "")
    if chat.left:
        yield f"вышли сами: {grouped(chat.left)}"


def _title(chat: Trouble) -> Iterator[str]:
    if chat.room_title and chat.room_title != chat.title:
        failed = chat.failed.get("rename_chat")
        yield f"в мессенджере он называется «{chat.room_title}»" + (f" — {_why(failed)}" if failed else "")


def _why(code: str) -> str:
    told = reason(code)
    return f"{told.what}. {told.advice}".strip()
