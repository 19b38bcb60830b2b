"""Parents of organizations and sessions: what a file says need not be a tree."""

from __future__ import annotations

from collections.abc import Mapping


def in_cycles(parents: Mapping[str, str]) -> set[str]:
    """The keys that are their own ancestors; `parents` maps a key to its parent."""
    cyclic: set[str] = set()
    done: set[str] = set()
    for start in parents:
        trail: dict[str, int] = {}
        key = start
        while key in parents and key not in done and key not in trail:
            trail[key] = len(trail)
            key = parents[key]
        if key in trail:
            cyclic.update(other for other, place in trail.items() if place >= trail[key])
        done.update(trail)
    return cyclic
