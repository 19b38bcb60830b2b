"""Behaviours that many methods share."""

from __future__ import annotations

from vk_sandbox.api.method import Behaviour, Source

NUMBERING = Behaviour("chat_id is the caller's own number of the chat; an unknown one: error 927", Source.INFERRED)
OUTSIDER = Behaviour("the caller has left or was removed: error 917", Source.INFERRED)
ADMIN = Behaviour("only administrators of the chat may: else error 925", Source.INFERRED)
PEER = Behaviour("peer_id is 2000000000 + the caller's own number of the chat", Source.SCHEMA)
OUT = Behaviour("chats one has left or was removed from stay, with state and the last message seen", Source.INFERRED)
EXTENDED = Behaviour("extended=1 adds profiles and groups", Source.SCHEMA)
