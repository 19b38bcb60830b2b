"""VK's error codes and texts. One exception; whatever follows the colon is the detail of the case."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Code(IntEnum):
    UNKNOWN = 1
    UNKNOWN_METHOD = 3
    AUTH = 5
    TOO_MANY = 6
    PERMISSION = 7
    REQUEST = 8
    FLOOD = 9
    SERVER = 10
    COMPILE = 12
    RUNTIME = 13
    CAPTCHA = 14
    ACCESS = 15
    VALIDATION = 17
    UPLOAD = 22
    GROUP_AUTH = 27
    APP_AUTH = 28
    RATE = 29
    PARAMETER = 100
    LIMITS = 103
    CANNOT_SAVE = 105
    PHOTO_HASH = 121
    GROUP_ID = 125
    NO_PERMISSION_TO_WRITE = 901
    PRIVACY_OF_MESSAGES = 902
    PTS_TOO_NEW = 908
    TOO_LONG = 914
    NO_ACCESS_TO_CHAT = 917
    NO_LINK = 919
    CANNOT_EDIT = 920
    CANNOT_DELETE = 924
    NOT_ADMIN = 925
    NO_CHAT = 927
    NO_LINK_CHANGE = 931
    NOT_IN_CHAT = 935
    NO_CONTACT = 936
    CHAT_DISABLED = 945
    CHAT_UNSUPPORTED = 946
    NO_ACCESS_TO_GROUP = 947
    PRIVACY = 981
    ADDING_PAUSED = 982
    SPAM = 984
    WRITING_DISABLED = 1012
    HTTP_METHOD = 9999


# The texts are the schema's descriptions; 10, 981, 982 and 984 come from VK's documentation.
TEXTS = {
    Code.UNKNOWN: "Unknown error occurred",
    Code.UNKNOWN_METHOD: "Unknown method passed",
    Code.AUTH: "User authorization failed",
    Code.TOO_MANY: "Too many requests per second",
    Code.PERMISSION: "Permission to perform this action is denied",
    Code.REQUEST: "Invalid request",
    Code.FLOOD: "Flood control",
    Code.SERVER: "Internal server error",
    Code.COMPILE: "Unable to compile code",
    Code.RUNTIME: "Runtime error occurred during code invocation",
    Code.CAPTCHA: "Captcha needed",
    Code.ACCESS: "Access denied",
    Code.VALIDATION: "Validation required",
    Code.UPLOAD: "Upload error",
    Code.GROUP_AUTH: "Group authorization failed",
    Code.APP_AUTH: "Application authorization failed",
    Code.RATE: "Rate limit reached",
    Code.PARAMETER: "One of the parameters specified was missing or invalid",
    Code.LIMITS: "Out of limits",
    Code.CANNOT_SAVE: "Couldn't save file",
    Code.PHOTO_HASH: "Invalid hash",
    Code.GROUP_ID: "Invalid group id",
    Code.NO_PERMISSION_TO_WRITE: "Can't send messages for users without permission",
    Code.PRIVACY_OF_MESSAGES: "Can't send messages to this user due to their privacy settings",
    Code.PTS_TOO_NEW: "Value of ts or pts is too new",
    Code.TOO_LONG: "Message is too long",
    Code.NO_ACCESS_TO_CHAT: "You don't have access to this chat",
    Code.NO_LINK: "You can't see invite link for this chat",
    Code.NO_LINK_CHANGE: "You can't change invite link for this chat",
    Code.CANNOT_EDIT: "Can't edit this kind of message",
    Code.CANNOT_DELETE: "Can't delete this message for everybody",
    Code.NOT_ADMIN: "You are not admin of this chat",
    Code.NO_CHAT: "Chat does not exist",
    Code.NOT_IN_CHAT: "User not found in chat",
    Code.NO_CONTACT: "Contact not found",
    Code.CHAT_DISABLED: "Chat was disabled",
    Code.CHAT_UNSUPPORTED: "Chat not supported",
    Code.NO_ACCESS_TO_GROUP: "Can't add user to chat, because user has no access to group",
    Code.PRIVACY: "Cannot add this user by privacy settings",
    Code.ADDING_PAUSED: "Cannot add users to chat temporary",
    Code.SPAM: "You has spam restriction",
    Code.WRITING_DISABLED: "Writing is disabled for this chat",
    Code.HTTP_METHOD: "Not supported http method",
}


class ApiError(Exception):
    """What VK answers instead of a result."""

    def __init__(
        self, code: Code, detail: str = "", *, subcode: int | None = None, extra: Mapping[str, Any] | None = None
    ) -> None:
        self.code, self.subcode, self.extra = code, subcode, extra or {}
        self.message = f"{TEXTS[code]}: {detail}" if detail else TEXTS[code]
        super().__init__(self.message)


def invalid(detail: str) -> ApiError:
    """Error 100, as VK words it: «x is undefined», «x not integer»."""
    return ApiError(Code.PARAMETER, detail)
