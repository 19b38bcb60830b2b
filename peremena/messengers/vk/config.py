"""Settings of a VK connection."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from peremena.core.errors import UnusableInput

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def is_private(address: str) -> bool:
    """A token travels with every request: never unencrypted over a network."""
    url = urlsplit(address)
    return bool(url.hostname) and (url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK))


@dataclass(frozen=True, slots=True)
class VkConfig:
    """`set_role` allows messages.setMemberRole, which works but is in no document of VK's. `timeout` is seconds for a whole
    answer: a lost create is judged only after it."""

    api_url: str = "https://api.vk.ru"
    v: str = "5.199"
    set_role: bool = False
    timeout: float = 10.0

    def __post_init__(self) -> None:
        if not is_private(self.api_url):
            raise UnusableInput(
                f"Подключение «vk»: api_url должен начинаться с https:// (http:// — только для этой же машины), "
                f"а задано «{self.api_url}»."
            )
