"""The words of a scenario file: people, classes, groups and chats, each with the id it stands for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from peremena.core.operations import ChatKey, ChatKind

Table = Mapping[str, Any]


class BadScenario(Exception):  # noqa: N818 - it names the file, not the accident
    """A scenario file that says what nobody understands, or expects nothing."""


class Words:
    """Words ↔ ids: people and units are numbered as the file names them."""

    def __init__(self, data: Table) -> None:
        classes, groups = data.get("classes", {}), data.get("groups", {})
        named = [data.get("staff", ""), data.get("others", ""), *data.get("guardians", {}).values()]
        named += [
            unit.get(part, "") for unit in (*classes.values(), *groups.values()) for part in ("pupils", "teachers")
        ]
        people = [word.rstrip("*") for text in named for word in text.split()]
        custom = [chat for chat in (*data.get("known", {}), *data.get("rooms", {})) if chat.startswith("custom/")]
        self.people, self.classes, self.groups = _numbered(people), _numbered(classes), _numbered(groups)
        self._units = {
            "class": ("school_class", self.classes),
            "parents": ("school_class", self.classes),
            "subject": ("group", self.groups),
            "custom": ("custom", _numbered(chat.removeprefix("custom/") for chat in custom)),
        }
        accounts: dict[str, str] = {word: data.get("accounts", {}).get(word, word) for word in people}
        self.linked = {word: accounts[word] for word in self.people if word not in data.get("unlinked", "").split()}
        self._accounts = {*people, *accounts.values()}

    def ids(self, text: str) -> frozenset[int]:
        if unknown := {*text.split()} - {*self.people}:
            raise BadScenario(f"nobody is called {sorted(unknown)}")
        return frozenset(self.people[word] for word in text.split())

    def members(self, text: str) -> frozenset[str]:
        if unknown := {*text.split()} - self._accounts:
            raise BadScenario(f"nobody has the account {sorted(unknown)}")
        return frozenset(text.split())

    def person(self, found: int) -> str:
        return next(word for word, known in self.people.items() if known == found)

    def key(self, chat: str) -> ChatKey:
        if chat == "teachers":
            return ChatKey(1, 2027, ChatKind.TEACHERS)
        kind, _, unit = chat.partition("/")
        part, units = self._units.get(kind, ("", {}))
        if unit not in units:
            raise BadScenario(f"no such chat: {chat}")
        return ChatKey(1, 2027, ChatKind(kind), **{part: units[unit]})

    def chat(self, key: ChatKey) -> str:
        """The inverse of `key`."""
        if key.kind is ChatKind.TEACHERS:
            return "teachers"
        part, units = self._units[key.kind.value]
        return f"{key.kind.value}/" + next(unit for unit, known in units.items() if known == getattr(key, part))


def _numbered(words: Iterable[str]) -> dict[str, int]:
    return dict(zip(dict.fromkeys(words), count(1), strict=False))
