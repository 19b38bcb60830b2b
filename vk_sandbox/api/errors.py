"""VK's error codes and texts. One exception; whatever follows the colon is the detail of the case."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    UNKNOWN_METHOD = 3
    AUTH = 5
    TOO_MANY = 6
    REQUEST = 8
    SERVER = 10
    COMPILE = 12
    RUNTIME = 13
    ACCESS = 15
    GROUP_AUTH = 27
    APP_AUTH = 28
    PARAMETER = 100
    NO_ACCESS_TO_CHAT = 917
    NOT_ADMIN = 925
    NO_CHAT = 927
    NOT_IN_CHAT = 935
    NO_CONTACT = 936
    PRIVACY = 981
    HTTP_METHOD = 9999


# The texts are the schema's descriptions; 10 and 981 come from VK's documentation.
TEXTS = {
    Code.UNKNOWN_METHOD: "Unknown method passed",
    Code.AUTH: "User authorization failed",
    Code.TOO_MANY: "Too many requests per second",
    Code.REQUEST: "Invalid request",
    Code.SERVER: "Internal server error",
    Code.COMPILE: "Unable to compile code",
    Code.RUNTIME: "Runtime error occurred during code invocation",
    Code.ACCESS: "Access denied",
    Code.GROUP_AUTH: "Group authorization failed",
    Code.APP_AUTH: "Application authorization failed",
    Code.PARAMETER: "One of the parameters specified was missing or invalid",
    Code.NO_ACCESS_TO_CHAT: "You don't have access to this chat",
    Code.NOT_ADMIN: "You are not admin of this chat",
    Code.NO_CHAT: "Chat does not exist",
    Code.NOT_IN_CHAT: "User not found in chat",
    Code.NO_CONTACT: "Contact not found",
    Code.PRIVACY: "Cannot add this user by privacy settings",
    Code.HTTP_METHOD: "Not supported http method",
}


class ApiError(Exception):
    """What VK answers instead of a result."""

    def __init__(self, code: Code, detail: str = "", *, subcode: int | None = None) -> None:
        self.code, self.subcode = code, subcode
        self.message = f"{TEXTS[code]}: {detail}" if detail else TEXTS[code]
        super().__init__(self.message)


def invalid(detail: str) -> ApiError:
    """Error 100, as VK words it: «x is undefined», «x not integer»."""
    return ApiError(Code.PARAMETER, detail)
