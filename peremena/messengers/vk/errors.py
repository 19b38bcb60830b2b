"""What VK's error codes mean to us: one dictionary."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from peremena.core.errors import MessengerError, Refused, Transient, Unauthorized, Unsupported
from peremena.messengers.base import Lost

SOON, SHORT, MINUTE, HOUR = 1.0, 5.0, 60.0, 3600.0


class Meaning(NamedTuple):
    kind: type[MessengerError]
    reason: str
    retry_after: float = 0.0
    longest: float = HOUR


# Codes and texts: VK's schema 5.199 and dev.vk.com. No limit on chats or adds is published, so those waits are ours [?]: one
# that comes by chance costs seconds, one that stays is asked about once an hour.
MEANINGS: dict[int, Meaning] = {
    # Trouble on their side, in the middle of the work: it may have been done.
    1: Meaning(Lost, "vk_trouble", SOON),
    10: Meaning(Lost, "vk_trouble", SOON),
    13: Meaning(Lost, "vk_trouble", SOON),
    # Too much, too fast.
    6: Meaning(Transient, "pace", 0.4, MINUTE),
    9: Meaning(Transient, "flood", SHORT),
    29: Meaning(Transient, "quota", HOUR),
    43: Meaning(Transient, "unavailable", SHORT),
    103: Meaning(Transient, "limits", MINUTE),
    982: Meaning(Transient, "adding_paused", MINUTE),
    984: Meaning(Transient, "spam_restriction", MINUTE),
    # A person has to prove something in VK with this account; asking again sooner makes it worse.
    14: Meaning(Transient, "captcha", HOUR),
    17: Meaning(Transient, "validation", HOUR),
    24: Meaning(Transient, "validation", HOUR),
    # The credential.
    5: Meaning(Unauthorized, "token_refused"),
    27: Meaning(Unauthorized, "token_kind"),
    28: Meaning(Unauthorized, "token_kind"),
    1117: Meaning(Unauthorized, "token_expired"),
    # Our own mistakes.
    3: Meaning(Unsupported, "unknown_method"),
    12: Meaning(Unsupported, "bad_script"),
    23: Meaning(Unsupported, "method_disabled"),
    # The room.
    917: Meaning(Refused, "room_closed"),
    922: Meaning(Refused, "room_closed"),
    945: Meaning(Refused, "room_closed"),
    1012: Meaning(Refused, "room_closed"),
    927: Meaning(Refused, "room_gone"),
    1017: Meaning(Refused, "room_gone"),
    946: Meaning(Refused, "room_unsupported"),
    925: Meaning(Refused, "not_admin"),
    7: Meaning(Refused, "access_denied"),
    15: Meaning(Refused, "access_denied"),
    983: Meaning(Refused, "restricted"),
    # The person.
    113: Meaning(Refused, "unknown_account"),
    936: Meaning(Refused, "unknown_account"),
    18: Meaning(Refused, "account_deleted"),
    30: Meaning(Refused, "privacy"),
    900: Meaning(Refused, "privacy"),
    902: Meaning(Refused, "privacy"),
    981: Meaning(Refused, "privacy"),
    935: Meaning(Refused, "not_a_member"),
    939: Meaning(Refused, "already_asked"),
}


def error_for(code: int, message: str) -> MessengerError:
    """Our error for VK's code; a code nobody foresaw is a refusal that names it."""
    meaning = MEANINGS.get(code, Meaning(Refused, f"vk_{code}"))
    if issubclass(meaning.kind, Transient):
        return meaning.kind(meaning.reason, message, retry_after=meaning.retry_after, longest=meaning.longest)
    return meaning.kind(meaning.reason, message)


def garbled() -> Lost:
    """An answer in a shape we do not know is as good as no answer."""
    return Lost("garbled", retry_after=SOON)


@contextmanager
def known_shape() -> Iterator[None]:
    """Around the taking apart of an answer: what does not fit is `garbled`."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise garbled() from None  # the cause would carry the answer, and with it people


def error_in(entry: dict[str, Any]) -> MessengerError:
    """Our error for `error` of an answer or an entry of `execute_errors`."""
    return error_for(int(entry["error_code"]), str(entry.get("error_msg", "")))
