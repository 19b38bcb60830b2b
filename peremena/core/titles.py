"""What chats are called: the manual's pattern, unique in a connection, short enough for the messenger."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from peremena.core.operations import ChatKey, ChatKind
from peremena.core.roster import SchoolYear
from peremena.core.rules import parent_classes

KIND_TITLES = {
    ChatKind.CLASS: "Чат класса",
    ChatKind.PARENTS: "Родительский чат",
    ChatKind.TEACHERS: "Учительский чат",
}
ELLIPSIS = "…"
JOINER = "\u200d"  # holds an emoji of several together
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")  # letters and marks that nobody sees


class Title(NamedTuple):
    """A title in two parts: the school's name may be shortened, what follows tells chats apart."""

    school: str
    rest: str

    def within(self, limit: int, suffix: str = "") -> str:
        """At most `limit` characters, `suffix` whole; the school's name gives way first."""
        text = f"{self.school} - {self.rest}{suffix}"
        if len(text) <= limit:
            return text
        room = limit - len(self.rest) - len(suffix) - len(" - ") - len(ELLIPSIS)
        if room >= 1:
            return f"{self.school[:room].rstrip()}{ELLIPSIS} - {self.rest}{suffix}"
        return self.rest[: limit - len(suffix) - len(ELLIPSIS)].rstrip() + ELLIPSIS + suffix


def cleaned(text: str) -> str:
    """A title as a person meant it: without control characters, marks of direction and whatever else nobody sees. "" where
    nothing is left to read."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(char for at, char in enumerate(text) if _is_kept(text, at))
    return " ".join(kept.split()) if any(unicodedata.category(char)[0] not in "MZ" for char in kept) else ""


def _is_kept(text: str, at: int) -> bool:
    if text[at] == JOINER:
        return _is_emoji(text[at - 1 : at]) and _is_emoji(text[at + 1 : at + 2])
    return text[at] not in BLANKS and unicodedata.category(text[at]) not in {"Cc", "Cf", "Cs", "Cn"}


def _is_emoji(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in {"So", "Sk"} or char == "\ufe0f")


def natural_key(text: str) -> str:
    """Sorts as people count and spell: 2А before 10А, Ё right after Е, case and spaces aside."""
    folded = " ".join(text.casefold().split()).replace("ё", "е\uffff")
    return re.sub(r"\d+", lambda digits: digits[0].lstrip("0").zfill(8), folded)


def full_titles(year: SchoolYear, chats: Iterable[ChatKey]) -> dict[ChatKey, Title]:
    """The pattern applied: `{школа} - {класс} - {вид чата}`, `{школа} - {класс} - {предмет}[ - {подгруппа}]`."""
    parents = parent_classes(year)
    chats = list(chats)
    subjects = {key: _class_and_subject(year, parents, key.group) for key in chats if key.kind is ChatKind.SUBJECT}
    shared = Counter(subjects.values())
    found: dict[ChatKey, Title] = {}
    for key in chats:
        if key.kind is ChatKind.SUBJECT:
            (where, subject), own = subjects[key], year.groups[key.group].title
            subgroup = f" - {own}" if shared[where, subject] > 1 and where != own else ""
            found[key] = Title(year.name, f"{where} - {subject}{subgroup}")
        elif key.kind is ChatKind.TEACHERS:
            found[key] = Title(year.name, KIND_TITLES[key.kind])
        elif key.kind is not ChatKind.CUSTOM:
            found[key] = Title(year.name, f"{year.classes[key.school_class].title} - {KIND_TITLES[key.kind]}")
    return found


def _class_and_subject(year: SchoolYear, parents: Mapping[int, tuple[int, ...]], group: int) -> tuple[str, str]:
    # A group from several classes belongs to none of them: its own title stands in the class's place.
    own = parents.get(group, ())
    where = year.classes[own[0]].title if len(own) == 1 else year.groups[group].title
    return where, year.groups[group].subject_title


def unique_titles(
    titles: Mapping[ChatKey, Title], current: Mapping[ChatKey, str], taken: Set[str], limit: int
) -> dict[ChatKey, str]:
    """One title for each chat, none twice and none of `taken`. A chat keeps the number it already bears, so a new namesake
    renames nobody."""
    used, given = set(taken), {}
    order = sorted(titles, key=lambda key: (not _bears(titles[key], current.get(key), limit), key))
    for key in order:
        title, now = titles[key], current.get(key)
        if now is not None and now not in used and _bears(title, now, limit):
            given[key] = now
        else:
            given[key] = next(text for text in _candidates(title, limit) if text not in used)
        used.add(given[key])
    return {key: given[key] for key in titles}


def _candidates(title: Title, limit: int) -> Iterable[str]:
    yield title.within(limit)
    number = 2
    while True:
        yield title.within(limit, f" ({number})")
        number += 1


def _bears(title: Title, now: str | None, limit: int) -> bool:
    if now is None:
        return False
    number = re.search(r" \(([2-9]|[1-9]\d+)\)$", now)
    return now in {title.within(limit), title.within(limit, number[0] if number else "")}
