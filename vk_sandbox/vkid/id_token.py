"""id_token: a JWT signed with a key that is made for the state folder. Nobody but the stand-in needs to check it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from vk_sandbox import settings

HEADER = {"typ": "JWT", "alg": "RS256"}
KEY_FILE = settings.STATE / "id-token.pem"


def signed(claims: Mapping[str, Any]) -> str:
    content = f"{_packed(HEADER)}.{_packed(claims)}"
    return f"{content}.{_text(_key().sign(content.encode(), PKCS1v15(), SHA256()))}"


def read(token: str) -> dict[str, Any] | None:
    """The claims of a token that is ours and has not expired. Whatever its header says, it is RS256 or nothing."""
    content, _, signature = token.rpartition(".")
    try:
        _key().public_key().verify(_bytes(signature), content.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return None
    claims: dict[str, Any] = json.loads(_bytes(content.partition(".")[2]))
    return claims if claims["exp"] > time.time() else None


@cache
def _key() -> RSAPrivateKey:
    """Made when it is first needed; what it signed stays good after a restart."""
    if not KEY_FILE.exists():
        made = generate_private_key(public_exponent=65537, key_size=2048)
        new = KEY_FILE.with_suffix(".new")  # whole or not at all, whenever the process is killed
        new.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        new.rename(KEY_FILE)
    key = load_pem_private_key(KEY_FILE.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)  # nothing else is ever written there
    return key


def _packed(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
