"""What a bench found out: figures, each with what it has to be."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """`code` for programs, `what` for people. `at_most` and `at_least` are its target, where it has one."""

    code: str
    what: str
    value: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def met(self) -> bool:
        low = self.at_least is not None and self.value < self.at_least
        return not low and not (self.at_most is not None and self.value > self.at_most)

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


@dataclass(frozen=True, slots=True)
class Report:
    """`details` are values for programs only. `load`: the machine's, processes over the last minute, at the end."""

    bench: str
    figures: list[Figure]
    details: dict[str, Any] = field(default_factory=dict)
    load: float = field(default_factory=lambda: os.getloadavg()[0])

    @property
    def missed(self) -> list[str]:
        return [figure.code for figure in self.figures if not figure.met]

    def as_json(self) -> dict[str, Any]:
        figures = {figure.code: round(figure.value, 4) for figure in self.figures}
        return {
            "bench": self.bench,
            "figures": figures,
            "missed": self.missed,
            "load": round(self.load, 2),
            **self.details,
        }

    def lines(self) -> list[str]:
        """A small table."""
        widest = max(len(figure.what) for figure in self.figures)
        rows = [
            f"  {'' if figure.met else '✗':<2}{figure.what:<{widest}}  {figure.value:>10.4g}  {figure.target}".rstrip()
            for figure in self.figures
        ]
        return [f"{self.bench} (нагрузка машины {self.load:.1f})", *rows]
