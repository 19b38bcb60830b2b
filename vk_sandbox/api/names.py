"""How people and communities are named in parameters: by number, id<number>, club<number>."""

from __future__ import annotations

import re

NAMED = re.compile(r"(?P<kind>id|club|public|event)?(?P<number>[0-9]{1,18})", re.ASCII)


def person(name: str) -> int | None:
    """The owner id `17` or `id17` stands for."""
    found = NAMED.fullmatch(name)
    return int(found["number"]) if found and found["kind"] in {None, "id"} else None


def community(name: str) -> int | None:
    """The owner id `17` or `club17` stands for where a community is meant: -17."""
    found = NAMED.fullmatch(name)
    return -int(found["number"]) if found and found["kind"] != "id" else None
