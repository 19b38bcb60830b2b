"""A token or password that does not show itself."""

from __future__ import annotations

import hashlib
import hmac
from typing import NoReturn

STARS = "*****"


class Secret:
    """Text that prints, formats and represents itself as stars. Deliberately not a `str`: joining, concatenating or
    serialising it by accident fails instead of leaking. Only the encoder of a request calls `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def fingerprint(self) -> str:
        """16 hex digits that name the secret without telling it: the same in every process."""
        return hashlib.sha256(self._text.encode()).hexdigest()[:16]

    def __str__(self) -> str:
        return STARS

    def __repr__(self) -> str:
        return f"Secret({STARS})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serialised: encrypt what reveal() gives")
