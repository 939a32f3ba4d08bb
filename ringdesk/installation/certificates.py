"""A small certificate authority of this installation and the one certificate it signs for HTTPS and WSS."""

import ipaddress
import os
import socket
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_AUTHORITY_LIFE = timedelta(days=3650)
_LEAF_LIFE = timedelta(days=397)  # browsers refuse longer ones
_RENEW_BEFORE = timedelta(days=30)
_CLOCK_SLACK = timedelta(hours=1)  # a colleague's clock may run behind


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where the certificate lies and until when it is good."""

    authority: Path
    certificate: Path
    key: Path
    expires_at: datetime
    issued_now: bool
    authority_replaced: bool


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate that is there says."""

    names: frozenset[str]
    expires_at: datetime
    authority: "AuthorityFacts"


@dataclass(frozen=True, slots=True)
class AuthorityFacts:
    """For whom an authority may vouch. One made before there were constraints may do so for anybody."""

    permitted: frozenset[x509.GeneralName] | None

    def permits(self, name: str) -> bool:
        """Whether browsers would accept a certificate of this authority for the name or address."""
        return self.permitted is None or _constraint(name) in self.permitted


@dataclass(frozen=True, slots=True)
class _Pair:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure_certificate(folder: Path, names: Sequence[str], now: datetime) -> CertificateFiles:
    """Returns a certificate for these host names and addresses; issues or renews it when needed.

    The authority stays the same over renewals, so a colleague has to trust it once. It may vouch only for the
    names with which it was made: another one is left out of the certificate, and only when that is the
    address under which colleagues come (the first that is not this machine's own) a new authority is made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    known = _read_pair(folder, "authority")
    authority = known if known is not None and _authority_serves(known, names, now) else None
    if authority is None:
        authority = _issue_authority(names, now)
        _write_pair(folder, "authority", authority)
    facts = _authority_facts(authority.certificate)
    names = [name for name in names if facts.permits(name)]
    leaf = _read_pair(folder, "server")
    issued = leaf is None or not _still_good(leaf.certificate, authority, names, now)
    if leaf is None or issued:
        leaf = _issue_leaf(authority, names, now)
        _write_pair(folder, "server", leaf)
    return CertificateFiles(
        authority=folder / "authority.crt",
        certificate=folder / "server.crt",
        key=folder / "server.key",
        expires_at=leaf.certificate.not_valid_after_utc,
        issued_now=issued,
        authority_replaced=known is not None and authority is not known,
    )


def read_certificate(folder: Path) -> CertificateFacts | None:
    """The certificate that browsers would be shown, or None when there is no usable one."""
    leaf, authority = _read_pair(folder, "server"), _read_pair(folder, "authority")
    if leaf is None or authority is None:
        return None
    named = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    names = frozenset(str(name.value) for name in named)
    return CertificateFacts(
        names, leaf.certificate.not_valid_after_utc, _authority_facts(authority.certificate)
    )


def _authority_serves(authority: _Pair, names: Sequence[str], now: datetime) -> bool:
    if authority.certificate.not_valid_after_utc - now < _LEAF_LIFE:
        return False
    colleagues_come_by = next((name for name in names if _is_foreign_address(name)), None)
    return colleagues_come_by is None or _authority_facts(authority.certificate).permits(colleagues_come_by)


def _is_foreign_address(name: str) -> bool:
    try:
        return not ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _authority_facts(authority: x509.Certificate) -> AuthorityFacts:
    try:
        found = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        return AuthorityFacts(None)
    return AuthorityFacts(frozenset(found or ()))


def _constraint(name: str) -> x509.GeneralName:
    """A name as a subtree of its own: an address alone, a host with what is below it."""
    try:
        return x509.IPAddress(ipaddress.ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _still_good(leaf: x509.Certificate, authority: _Pair, names: Sequence[str], now: datetime) -> bool:
    if leaf.not_valid_after_utc - now < _RENEW_BEFORE or leaf.not_valid_before_utc > now:
        return False
    try:
        leaf.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, ValueError, TypeError):
        return False
    named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(named) == set(_alternative_names(names))


def _alternative_names(names: Sequence[str]) -> list[x509.GeneralName]:
    alternatives: list[x509.GeneralName] = []
    for name in names:
        try:
            alternatives.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            alternatives.append(x509.DNSName(name))
    return alternatives


def _issue_authority(names: Sequence[str], now: datetime) -> _Pair:
    """Whoever steals its key can pretend to be this installation, and nobody else to those who trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _subject(f"Ringdesk authority of {socket.gethostname()}")
    certificate = (
        _builder(name, name, key.public_key(), now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints([_constraint(name) for name in names], None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _Pair(certificate, key)


def _issue_leaf(authority: _Pair, names: Sequence[str], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = ec_public_key(authority.certificate)
    certificate = (
        _builder(_subject("Ringdesk"), authority.certificate.subject, key.public_key(), now, _LEAF_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternative_names(names)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return _Pair(certificate, key)


def _subject(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ringdesk"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, life: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCK_SLACK)
        .not_valid_after(now + life)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def ec_public_key(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    """The certificate's key, which is of the one kind that is issued here."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not a certificate issued here: its key is of another kind")
    return key


def _read_pair(folder: Path, name: str) -> _Pair | None:
    """The certificate with its key, or None when one is missing, broken, or belongs to another issue."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
        key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            return None
        same = ec_public_key(certificate).public_numbers() == key.public_key().public_numbers()
    except (OSError, ValueError):
        return None
    return _Pair(certificate, key) if same else None


def _write_pair(folder: Path, name: str, pair: _Pair) -> None:
    key = pair.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _replace(folder / f"{name}.key", key)
    _replace(folder / f"{name}.crt", pair.certificate.public_bytes(serialization.Encoding.PEM))


def _replace(path: Path, content: bytes) -> None:
    """Readable by the owner only, and whole at every moment."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
