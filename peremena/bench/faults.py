"""What the stand-in is told to spoil during a sync: decided by one number, as everything of a point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from peremena.bench.stand_in import WRITES, StandIn

Fault = dict[str, Any]

CODES = (6, 9, 10)  # too many requests, flood control, trouble on their side
OF_CALLS = 0.05  # of the calls, for each code
OF_REQUESTS = dict.fromkeys(("drop_before", "drop_after", "truncated", "not_json", "latency"), 0.02)  # for each
# Whatever chance does, one create and one add are carried out without an answer.
UNANSWERED: list[Fault] = [
    {"kind": "drop_after", "method": method, "share": 0.5, "times": 1}
    for method in ("messages.createChat", "messages.addChatUser")
]
LATENCY = 2.0  # seconds: longer than the campaign's connection waits, shorter than a lost create is left unjudged
CREATE = "messages.createChat"
READS = ("getConversations", "getConversationsById", "getConversationMembers", "getLongPollServer")
METHODS = (
    CREATE,
    *(f"messages.{name}" for name in (*WRITES[1:], *READS)),
    "execute",
    "users.get",
    "utils.getServerTime",
)


class Faults:
    """Those of one point. `struck`: how many of each kind so far; `creates`: how many creates they refused before these had
    done anything. Whoever kills the stand-in calms it first: it forgets what it was told, and what it has counted."""

    def __init__(self, standin: StandIn, seed: int) -> None:
        self.struck: Counter[str] = Counter()
        self.creates = 0
        self._standin = standin
        self._seed = seed
        self._orders = 0
        self._ordered: list[Fault] = []

    def order(self) -> None:
        self._ordered = list(_faults(1000 * self._seed + 100 * self._orders))
        self._orders += 1
        self._standin.order(self._ordered)

    def calm(self) -> None:
        """No more of them, and what has struck is counted."""
        for fault, told in zip(self._ordered, self._standin.order([]), strict=True):
            if told["struck"]:
                self.struck[_name(fault)] += told["struck"]
                self.creates += told["struck"] * (fault.get("method") == CREATE)
        self._ordered = []


def _faults(seed: int) -> Iterator[Fault]:
    """Of calls method by method, so that the struck creates are known."""
    calls: Iterator[Fault] = (
        {"kind": "error", "code": code, "method": method, "share": OF_CALLS} for method in METHODS for code in CODES
    )
    requests: Iterator[Fault] = ({"kind": kind, "share": share} for kind, share in OF_REQUESTS.items())
    for number, fault in enumerate((*calls, *requests, *UNANSWERED)):
        yield {**fault, "seed": seed + number} | ({"seconds": LATENCY} if fault["kind"] == "latency" else {})


def _name(fault: Fault) -> str:
    return f"error {fault['code']}" if fault["kind"] == "error" else str(fault["kind"])


def total(all_struck: Iterable[Counter[str]]) -> dict[str, int]:
    """Over many points, by kind."""
    return dict(sorted(sum(all_struck, Counter()).items()))
