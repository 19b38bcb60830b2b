"""The stand-in's memory, one file per noun."""

from vk_sandbox.models.accounts import Account, AccountKind, Token
from vk_sandbox.models.chats import Chat, Hidden, Membership, Message, State
from vk_sandbox.models.counters import Counter
from vk_sandbox.models.events import Event
from vk_sandbox.models.logins import App, Device, Login, RefreshToken
from vk_sandbox.models.signing_in import Attempt, FreePhone, Sms, WrongPassword
from vk_sandbox.models.uploads import Purpose, Upload

__all__ = [
    "Account",
    "AccountKind",
    "App",
    "Attempt",
    "Chat",
    "Counter",
    "Device",
    "Event",
    "FreePhone",
    "Hidden",
    "Login",
    "Membership",
    "Message",
    "Purpose",
    "RefreshToken",
    "Sms",
    "State",
    "Token",
    "Upload",
    "WrongPassword",
]
