"""Secrets at rest: sealed with the newest of PEREMENA_SECRET_KEYS, opened with any of them, so that keys can rotate."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from peremena.core.errors import UnusableInput


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.SECRET_KEYS])
    except ValueError as error:
        raise UnusableInput(
            "PEREMENA_SECRET_KEYS: нужен хотя бы один ключ Fernet (32 байта в base64); "
            "новый ключ печатает «peremena doctor --new-key»."
        ) from error


def seal(secret: str) -> bytes:
    """The encrypted form, for a column."""
    return seal_bytes(secret.encode())


def seal_bytes(secret: bytes) -> bytes:
    return _keys().encrypt(secret)


def unseal(sealed: bytes) -> str:
    """The secret itself; UnusableInput when no key fits."""
    return unseal_bytes(sealed).decode()


def unseal_bytes(sealed: bytes) -> bytes:
    try:
        return _keys().decrypt(sealed)
    except InvalidToken as error:
        raise UnusableInput(
            "Ключ доступа в базе зашифрован другим ключом: верните прежний ключ в PEREMENA_SECRET_KEYS."
        ) from error


def digest(scheme: str, value: str) -> str:
    """A strong id as it is stored: it can be compared, it cannot be read back. The oldest key makes it, so a new key in front
    changes nothing, and the oldest one is never dropped."""
    return hmac.new(settings.SECRET_KEYS[-1].encode(), f"{scheme}:{value}".encode(), hashlib.sha256).hexdigest()
