"""Finding what a file says among what we know, by keys; and what has to be written so that the two agree."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Known(NamedTuple):
    """A row of ours: its id, and what it says in the file's terms; `values` None = it has ended."""

    id: int
    values: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison(Generic[Key]):
    """Keys in the file's order; `gone` in ours. `doubtful` are among the new: they may be somebody we know already."""

    new: list[Key] = field(default_factory=list)
    changed: list[Key] = field(default_factory=list)
    gone: list[Key] = field(default_factory=list)
    same: int = 0
    doubtful: list[Key] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """{new, same, changed, gone, doubtful} as in the `roster` JSON."""
        return {
            "new": len(self.new),
            "same": self.same,
            "changed": len(self.changed),
            "gone": len(self.gone),
            "doubtful": len(self.doubtful),
        }


def compare(
    wanted: Mapping[Key, tuple[Any, ...]], known: Mapping[Key, Known], *, stays: Container[Key] = ()
) -> Comparison[Key]:
    """What differs. Keys in `stays` are never gone: the file has no opinion on them."""
    new: list[Key] = []
    changed: list[Key] = []
    for key, values in wanted.items():
        if (ours := known.get(key)) is None:
            new.append(key)
        elif ours.values != values:
            changed.append(key)
    gone = [key for key, ours in known.items() if ours.values is not None and key not in wanted and key not in stays]
    return Comparison(new, changed, gone, len(wanted) - len(new) - len(changed))


class Name(NamedTuple):
    """A person's name as it is compared: case, Ё and stray spaces aside."""

    family: str
    given: str
    middle: str


def comparable_name(family: str, given: str, middle: str) -> Name:
    """Equal for two spellings of one name."""
    return Name(*(" ".join(part.casefold().replace("ё", "е").split()) for part in (family, given, middle)))


def namesakes(new: Iterable[tuple[Key, Name]], known: Container[Name]) -> list[Key]:
    """New people who bear the name of somebody another source told us about: a person decides, nothing is merged."""
    return [key for key, name in new if name in known]
