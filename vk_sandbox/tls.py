"""A throw-away certificate authority and one certificate for every name the clients ask for."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from vk_sandbox.hosts.names import OWN, VK
from vk_sandbox.state import CannotStart

LIFE = timedelta(days=365)
REST = timedelta(days=1)  # with less than that left it is made anew
AUTHORITY, SERVER = "ca.pem", "server.pem"  # the second holds a private key
DOMAINS = ("vk.ru", "vk.com", "vk.me", "mycdn.me", "localhost")


class Certified(NamedTuple):
    """What the server shows, and the file that its clients have to trust."""

    context: ssl.SSLContext
    authority: Path


def certified(folder: Path) -> Certified:
    """Made in `folder` where there is none that still serves. CannotStart says what is wrong there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _serves(folder):
            _make(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / SERVER)
    except OSError as error:
        raise CannotStart(f"папка {folder} не годится для сертификатов: {error.strerror}") from None
    context.set_alpn_protocols(["http/1.1"])
    return Certified(context, folder / AUTHORITY)


def _names() -> list[x509.GeneralName]:
    own = [name.strip("[]") for name in OWN]
    return [*map(x509.DNSName, [*VK, "localhost"]), *(_address(name) for name in own if name != "localhost")]


def _address(name: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_address(name))


def _serves(folder: Path) -> bool:
    """Whether the certificate there is ours, for these names, and for a while yet."""
    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        both = (folder / SERVER).read_bytes()
        server = x509.load_pem_x509_certificate(both)
        server.verify_directly_issued_by(authority)
        names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        fits = load_pem_private_key(both, None).public_key() == server.public_key()
    except (FileNotFoundError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    ends = min(authority.not_valid_after_utc, server.not_valid_after_utc)
    return fits and set(names) == set(_names()) and ends - datetime.now(UTC) > REST


def _make(folder: Path) -> None:
    """The authority's key is never written down: nothing else can be signed with it, by nobody."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    title = _title("Учебный стенд, не VK")
    authority = _signed(title, title, authority_key, authority_key, _of_authority(authority_key))
    server = _signed(_title("vk_sandbox"), title, key, authority_key, _of_server(key, authority_key))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(folder / AUTHORITY, authority.public_bytes(Encoding.PEM))
    _write(folder / SERVER, server.public_bytes(Encoding.PEM) + secret)


def _signed(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + LIFE)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


def _of_authority(key: ec.EllipticCurvePrivateKey) -> Iterable[tuple[x509.ExtensionType, bool]]:
    networks = [ipaddress.ip_network(name) for name in ("127.0.0.0/8", "::1/128")]
    yield x509.BasicConstraints(ca=True, path_length=0), True
    yield _usage(signing=True), True
    yield x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
    # Whoever trusts it trusts it for these names only.
    yield x509.NameConstraints([*map(x509.DNSName, DOMAINS), *map(x509.IPAddress, networks)], None), True


def _of_server(
    key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey
) -> Iterable[tuple[x509.ExtensionType, bool]]:
    yield x509.BasicConstraints(ca=False, path_length=None), True
    yield _usage(signing=False), True
    yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False
    yield x509.SubjectAlternativeName(_names()), False
    yield x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False
    yield x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False


def _usage(*, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signing,
        crl_sign=signing,
        encipher_only=False,
        decipher_only=False,
    )


def _title(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _write(path: Path, content: bytes) -> None:
    new = path.with_suffix(".new")  # whole or not at all, whenever the process is killed
    new.unlink(missing_ok=True)
    new.touch(0o600)
    new.write_bytes(content)
    new.rename(path)
