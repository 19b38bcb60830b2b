"""Secrets at rest, and keys that rotate."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django.fixtures import Settings

from peremena.core.errors import UnusableInput
from peremena.school.credentials import digest, seal, unseal

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def test_a_sealed_secret_can_be_opened_and_not_read(settings: Settings) -> None:
    settings.SECRET_KEYS = [OLD]
    sealed = seal("токен")
    assert unseal(sealed) == "токен"
    assert "токен".encode() not in sealed
    assert seal("токен") != sealed


def test_with_a_new_key_in_front_old_secrets_open_and_new_ones_need_it(settings: Settings) -> None:
    settings.SECRET_KEYS = [OLD]
    before = seal("токен")
    settings.SECRET_KEYS = [NEW, OLD]
    assert unseal(before) == "токен"
    after = seal("токен")
    settings.SECRET_KEYS = [NEW]
    assert unseal(after) == "токен"


def test_a_secret_that_no_key_fits_says_how_to_mend_it_and_not_what_it_is(settings: Settings) -> None:
    settings.SECRET_KEYS = [OLD]
    sealed = seal("токен")
    settings.SECRET_KEYS = [OTHER]
    with pytest.raises(UnusableInput, match="верните прежний ключ в PEREMENA_SECRET_KEYS") as caught:
        unseal(sealed)
    assert "токен" not in str(caught.value)


@pytest.mark.parametrize("keys", [[], ["not a key"]], ids=["none", "of another kind"])
def test_keys_that_are_none_are_named(settings: Settings, keys: list[str]) -> None:
    settings.SECRET_KEYS = keys
    with pytest.raises(UnusableInput, match="нужен хотя бы один ключ Fernet"):
        seal("токен")


def test_a_digest_tells_equal_ids_and_nothing_else(settings: Settings) -> None:
    settings.SECRET_KEYS = [OLD]
    found = digest("snils", "112-233-445 95")
    assert found == digest("snils", "112-233-445 95")
    assert found not in {digest("snils", "112-233-445 96"), digest("passport", "112-233-445 95")}
    settings.SECRET_KEYS = [NEW, OLD]
    assert digest("snils", "112-233-445 95") == found
    settings.SECRET_KEYS = [OTHER]
    assert digest("snils", "112-233-445 95") != found
