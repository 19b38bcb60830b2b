"""Addresses that more than one page leads to."""

from __future__ import annotations


def card_of(chat: int) -> str:
    """The chat's card."""
    return f"/chats/{chat}/"
