"""Addresses that more than one page leads to."""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode


def card_of(chat: int, *, back: str = "") -> str:
    """The chat's card; «Закрыть» leads `back` to the rows it was opened from."""
    return reverse("chat", args=[chat]) + (f"?{urlencode({'back': back})}" if back else "")
