"""The stand-in's memory, one file per noun."""

from vk_sandbox.models.accounts import Account, AccountKind, Token
from vk_sandbox.models.chats import Chat, Hidden, Membership, Message, State
from vk_sandbox.models.counters import Counter
from vk_sandbox.models.events import Event
from vk_sandbox.models.uploads import Purpose, Upload

__all__ = [
    "Account",
    "AccountKind",
    "Chat",
    "Counter",
    "Event",
    "Hidden",
    "Membership",
    "Message",
    "Purpose",
    "State",
    "Token",
    "Upload",
]
