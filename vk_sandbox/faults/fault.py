"""What can be made to go wrong, and when."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CALLED = re.compile(r"API\.([\w.]+)\(", re.ASCII)


class Kind(StrEnum):
    ERROR = "error"
    CAPTCHA = "captcha"
    REVOKED = "revoked"
    REMOVED = "removed"
    LATENCY = "latency"
    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    TRUNCATED = "truncated"
    NOT_JSON = "not_json"
    RESTART = "restart"


class Fields(StrEnum):
    """Which fields a captcha has."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


OF_CALLS = {Kind.ERROR, Kind.CAPTCHA, Kind.REVOKED, Kind.REMOVED}


@dataclass(slots=True)
class Fault:
    """`method`: none means every one. `times`: how often yet, none means for ever. `share`: of the calls it could strike."""

    kind: Kind
    method: str | None = None
    times: int | None = None
    share: float = 1.0
    seed: int = 0
    code: int | None = None  # of an error
    seconds: float = 0.0  # of latency
    fields: Fields = Fields.BOTH  # of a captcha
    struck: int = 0
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - the same seed must strike the same calls

    def strikes(self, methods: Set[str]) -> bool:
        """Whether it strikes a call, or a request that makes these calls; if so, that is counted."""
        if self.method is not None and self.method not in methods:
            return False
        if self.times is not None and self.struck >= self.times:
            return False
        struck = self._chance.random() < self.share
        self.struck += struck
        return struck

    def shown(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "method": self.method, "struck": self.struck}


class Faults:
    """Those of calls are asked by the database thread only, those of requests by the event loop only."""

    def __init__(self) -> None:
        self._given: list[Fault] = []
        self._of_calls: list[Fault] = []
        self._of_requests: list[Fault] = []

    def replace(self, faults: Iterable[Fault]) -> None:
        self._given = list(faults)
        self._of_calls = [fault for fault in self._given if fault.kind in OF_CALLS]
        self._of_requests = [fault for fault in self._given if fault.kind not in OF_CALLS]

    def shown(self) -> list[dict[str, Any]]:
        return [fault.shown() for fault in self._given]

    def of_call(self, method: str) -> list[Fault]:
        return [fault for fault in self._of_calls if fault.strikes({method})]

    def of_request(self, method: str, parameters: Mapping[str, str]) -> list[Fault]:
        """A request with `execute` is also one of every method its code calls."""
        if not self._of_requests:
            return []
        methods = {method, *CALLED.findall(parameters.get("code", ""))}
        return [fault for fault in self._of_requests if fault.strikes(methods)]


FAULTS = Faults()
"""Of this process: a restart forgets them."""
