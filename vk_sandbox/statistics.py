"""What was asked of the stand-in. Kept in memory, saved in the transaction of each request."""

from __future__ import annotations

import json
from collections import Counter as Figures
from typing import Any

from django.db.models import Count

from vk_sandbox.database import sql
from vk_sandbox.models import Chat, Counter, Membership, State

SAVE = """
insert into vk_sandbox_counter (name, value) select key, value from json_each(%s) where true
on conflict (name) do update set value = excluded.value
"""
HTTP, REFUSED, PEAK = "http_requests", "refused_for_pace", "peak_per_second"
METHOD, ANSWERED = "method:", "answered:"  # before the method's name
VK_ID = "vk_id:"  # before the endpoint's


class Statistics:
    """Used by the one database thread only."""

    def __init__(self) -> None:
        self._values: Figures[str] = Figures()
        self._unsaved: set[str] = set()

    def load(self) -> None:
        self._values = Figures(dict(Counter.objects.values_list("name", "value")))

    def clear(self) -> None:
        Counter.objects.all().delete()
        self._values.clear()
        self._unsaved.clear()

    def http_request(self) -> None:
        self._count(HTTP)

    def refused_for_pace(self) -> None:
        self._count(REFUSED)

    def method(self, name: str) -> None:
        self._count(METHOD + name)

    def answered(self, name: str) -> None:
        self._count(ANSWERED + name)

    def vk_id(self, endpoint: str) -> None:
        """One of VK ID's did what it was asked for. Saved at once: applications ask seldom."""
        self._count(VK_ID + endpoint)
        self.save()

    def in_one_second(self, requests: int) -> None:
        if requests > self._values[PEAK]:
            self._values[PEAK] = requests
            self._unsaved.add(PEAK)

    def _count(self, name: str) -> None:
        self._values[name] += 1
        self._unsaved.add(name)

    def save(self) -> None:
        """Writes the absolute figures that changed, so that nothing is counted twice."""
        sql(SAVE, json.dumps({name: self._values[name] for name in self._unsaved}))
        self._unsaved.clear()

    def shown(self) -> dict[str, Any]:
        """The answer of GET /control/stats."""
        rooms = Chat.objects.filter(dialog=False)
        chats = rooms.count()
        titles = rooms.values("owner", "title").distinct().aggregate(titles=Count("*"))["titles"]
        return {
            "requests": self._by_method(METHOD),
            "answered": self._by_method(ANSWERED),
            "vk_id": self._by_method(VK_ID),
            HTTP: self._values[HTTP],
            PEAK: self._values[PEAK],
            REFUSED: self._values[REFUSED],
            "chats": chats,
            "members": Membership.objects.filter(chat__dialog=False, state=State.IN).count(),
            "duplicate_titles": chats - titles,
        }

    def _by_method(self, prefix: str) -> dict[str, int]:
        return {name.removeprefix(prefix): n for name, n in sorted(self._values.items()) if name.startswith(prefix)}


STATISTICS = Statistics()
