"""The chat rows of an approved plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.rules import parent_classes
from peremena.core.titles import natural_key
from peremena.school.changes import insert, new_ids, rewrite
from peremena.school.models import Chat, Connection, Membership
from peremena.sync.planning import Prepared

COLUMNS = ("organization", "year", "kind", "school_class", "group", "title", "title_kept", "sort_key", "wanted")
FIGURES = ("seats", "linked", "inside")
KIND_ORDER = {ChatKind.TEACHERS: 0, ChatKind.CLASS: 1, ChatKind.PARENTS: 2, ChatKind.SUBJECT: 3, ChatKind.CUSTOM: 4}


def write_chats(prepared: Prepared) -> dict[ChatKey, int]:
    """New chats are written; titles, order and `wanted` of known ones brought up to date. Key → id."""
    plan = prepared.plan
    known = {chat.chat_key: chat for chat in Chat.objects.filter(organization=prepared.organization, archived_at=None)}
    order = sort_keys(prepared, [*plan.wanted, *known])
    new = [key for key in plan.wanted if key not in known]
    ids = dict(zip(new, new_ids(Chat, len(new)), strict=True))
    rows = ((ids[key], *_own(key), plan.titles[key], False, order[key], True, 0, 0, 0) for key in new)
    insert(Chat, ("id", *COLUMNS, *FIGURES), rows)
    changed = [
        (chat.pk, *values)
        for key, chat in known.items()
        if (values := (_title(chat, plan.titles.get(key, "")), key in plan.wanted, order[key]))
        != (chat.title, chat.wanted, chat.sort_key)
    ]
    rewrite(Chat, ("title", "wanted", "sort_key"), changed)
    return {key: chat.pk for key, chat in known.items()} | ids


def tell_wanted(prepared: Prepared, chats: Iterable[Chat]) -> None:
    """Which of these chats the roster asks for now."""
    wanted = prepared.plan.wanted
    rewrite(Chat, ("wanted",), [(each.pk, now) for each in chats if (now := each.chat_key in wanted) != each.wanted])


def _title(chat: Chat, planned: str) -> str:
    """A title that a person has given since the plan was made stays."""
    return chat.title if chat.title_kept or not planned else planned


def _own(key: ChatKey) -> tuple[Any, ...]:
    return key.organization, key.year, key.kind.value, key.school_class or None, key.group or None


def sort_keys(prepared: Prepared, keys: list[ChatKey]) -> dict[ChatKey, str]:
    """As a school lists them: the staff, then class by class with its subjects, then groups from several classes."""
    year = prepared.school.year
    homes = {group: classes[0] for group, classes in parent_classes(year).items() if len(classes) == 1}
    found = {}
    for key in keys:
        school_class = year.classes.get(key.school_class or homes.get(key.group, 0))
        place = f"1 {school_class.sort_key}" if school_class else "2" if key.group else "0"
        found[key] = f"{place} {KIND_ORDER[key.kind]} {natural_key(prepared.plan.titles.get(key, ''))}"
    return found


def claim(connection: Connection, prepared: Prepared, chats: Mapping[ChatKey, int]) -> None:
    """In these chats whoever is found in his place, though somebody else let him in, is ours from now on: he goes when the
    place does."""
    school, plan = prepared.school, prepared.plan
    placed: dict[int, frozenset[str]] = {}
    for key, chat in school.known.items():
        others = chat.room.members - chat.room.ours if chat.room else frozenset()
        if others and key in plan.wanted and key in chats:
            seated = {account for person in plan.wanted[key].seats if (account := school.accounts.get(person))}
            placed[chats[key]] = others & seated
    found = Membership.objects.filter(room__connection=connection, room__chat__in=placed, ours=False)
    ids = [pk for pk, chat, member in found.values_list("pk", "room__chat", "member") if member in placed[chat]]
    Membership.objects.filter(pk__in=ids).update(ours=True)
