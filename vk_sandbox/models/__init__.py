"""The stand-in's memory, one file per noun."""

from vk_sandbox.models.accounts import Account, AccountKind, Token
from vk_sandbox.models.chats import Chat, Membership, Message, State
from vk_sandbox.models.counters import Counter

__all__ = ["Account", "AccountKind", "Chat", "Counter", "Membership", "Message", "State", "Token"]
