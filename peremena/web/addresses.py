"""Addresses that more than one page leads to."""

from __future__ import annotations

from django.urls import reverse


def card_of(chat: int) -> str:
    """The chat's card."""
    return reverse("chat", args=[chat])
