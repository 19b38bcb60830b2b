"""The names under which the stand-in can be reached, and what is behind each. No Django: the certificate needs them too."""

from __future__ import annotations

OWN = ("127.0.0.1", "localhost", "[::1]")
API = ("api.vk.ru", "api.vk.com", "api.vk.me")
JOIN = "vk.me"  # of invite links
WEB = ("web.vk.me", JOIN)
ID = ("id.vk.ru", "id.vk.com")
_SIGN_IN = "вход с паролем VK"
_OLD_SIGN_IN = "прежний вход OAuth"
_MESSENGER = "страницы мессенджера: они под именем web.vk.me"
_CALLS = "звонки"
NOT_BUILT = {
    "login.vk.ru": _SIGN_IN,
    "login.vk.com": _SIGN_IN,
    "oauth.vk.ru": _OLD_SIGN_IN,
    "oauth.vk.com": _OLD_SIGN_IN,
    "vk.ru": _MESSENGER,
    "vk.com": _MESSENGER,
    "im.vk.ru": _MESSENGER,
    "im.vk.com": _MESSENGER,
    "api.mycdn.me": _CALLS,
}
VK = (*API, *WEB, *ID, *NOT_BUILT)
EVERY = (*OWN, *VK)
