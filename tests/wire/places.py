"""Places in a queue of nobody else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from peremena.messengers.base import Limiter
from peremena.wire.doorway import Sent, at_once


def told(places: list[object], what: object = "place", *, sent: Sequence[object] = ()) -> Callable[[], Sent]:
    """Every place is noted as `what`, and every request that is out as what is `sent`."""

    def take_place() -> Sent:
        places.append(what)
        return lambda: places.extend(sent)

    return take_place


def free(key: str, per_second: float) -> Sent:
    return at_once()


def noted(places: list[tuple[str, float]]) -> Limiter:
    def limiter(key: str, per_second: float) -> Sent:
        places.append((key, per_second))
        return at_once()

    return limiter
