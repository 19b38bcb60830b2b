"""What a finished sync must look like from outside. Pure: values are compared whole, so nothing goes unseen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from peremena.bench.stand_in import Rooms


@dataclass(frozen=True, slots=True)
class Seen:
    """`rooms`: title and members of every room in the messenger, in order. `writes`: calls that changed something, by
    method. `to_do`: operations that a new plan has."""

    state: str
    rooms: Rooms
    duplicate_titles: int
    writes: Mapping[str, int]
    to_do: Mapping[str, int]


def expected(chats: Mapping[str, frozenset[str]]) -> Seen:
    """Each chat once, made by one call, with exactly its people in it, and nothing left to do."""
    return Seen("done", sorted(chats.items()), 0, {"createChat": len(chats)}, {})


def complaints(wanted: Seen, seen: Seen) -> dict[str, str]:
    """Field → what is wrong with it; empty when all is as it must be."""
    found = {}
    for name in (field.name for field in fields(Seen)):
        want, have = getattr(wanted, name), getattr(seen, name)
        if want != have:
            found[name] = _rooms_differ(want, have) if name == "rooms" else f"{have!r}, а должно быть {want!r}"
    return found


def _rooms_differ(wanted: Rooms, seen: Rooms) -> str:
    missing, extra = _without(wanted, seen), _without(seen, wanted)
    return f"нет {len(missing)}: {_shown(missing)}; лишние {len(extra)}: {_shown(extra)}"


def _without(rooms: Rooms, others: Rooms) -> Rooms:
    left: Any = list(others)
    found = []
    for room in rooms:
        if room in left:
            left.remove(room)
        else:
            found.append(room)
    return found


def _shown(rooms: Rooms) -> str:
    return ", ".join(f"«{title}» ({len(members)})" for title, members in rooms[:3]) or "—"
