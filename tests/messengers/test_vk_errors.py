import pytest

from peremena.core.errors import MessengerError, Refused, Transient, Unauthorized, Unsupported
from peremena.messengers.base import Lost
from peremena.messengers.vk.errors import MEANINGS, error_for

EXPECTED = {
    1: (Lost, "vk_trouble", 1),
    10: (Lost, "vk_trouble", 1),
    13: (Lost, "vk_trouble", 1),
    6: (Transient, "pace", 0.4),
    9: (Transient, "flood", 5),
    29: (Transient, "quota", 3600),
    43: (Transient, "unavailable", 5),
    103: (Transient, "limits", 60),
    982: (Transient, "adding_paused", 60),
    984: (Transient, "spam_restriction", 60),
    14: (Transient, "captcha", 3600),
    17: (Transient, "validation", 3600),
    24: (Transient, "validation", 3600),
    5: (Unauthorized, "token_refused", None),
    27: (Unauthorized, "token_kind", None),
    28: (Unauthorized, "token_kind", None),
    1117: (Unauthorized, "token_expired", None),
    3: (Unsupported, "unknown_method", None),
    12: (Unsupported, "bad_script", None),
    23: (Unsupported, "method_disabled", None),
    917: (Refused, "room_closed", None),
    922: (Refused, "room_closed", None),
    945: (Refused, "room_closed", None),
    1012: (Refused, "room_closed", None),
    927: (Refused, "room_gone", None),
    1017: (Refused, "room_gone", None),
    946: (Refused, "room_unsupported", None),
    925: (Refused, "not_admin", None),
    7: (Refused, "access_denied", None),
    15: (Refused, "access_denied", None),
    983: (Refused, "restricted", None),
    113: (Refused, "unknown_account", None),
    936: (Refused, "unknown_account", None),
    18: (Refused, "account_deleted", None),
    30: (Refused, "privacy", None),
    900: (Refused, "privacy", None),
    902: (Refused, "privacy", None),
    981: (Refused, "privacy", None),
    935: (Refused, "not_a_member", None),
    939: (Refused, "already_asked", None),
    # Not in the table:
    100: (Refused, "vk_100", None),
    424242: (Refused, "vk_424242", None),
}


def told(error: MessengerError) -> tuple[type[MessengerError], str, float | None]:
    return type(error), error.reason, getattr(error, "retry_after", None)


@pytest.mark.parametrize("code", EXPECTED)
def test_a_code_has_one_meaning_and_keeps_vks_words(code):
    error = error_for(code, "VK's words")
    assert (told(error), str(error)) == (EXPECTED[code], "VK's words")


def test_every_code_of_the_table_is_stated_here():
    assert MEANINGS.keys() == EXPECTED.keys() - {100, 424242}
