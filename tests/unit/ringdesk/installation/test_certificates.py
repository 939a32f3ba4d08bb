"""The generated certificate is accepted for its names by a verifying client, renewed in time, and private."""

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from ringdesk.installation import certificates
from ringdesk.installation.addresses import names_for
from ringdesk.installation.certificates import CertificateFiles, ensure_certificate, read_certificate

NOW = datetime.now(UTC)
NAMES = ["192.0.2.7", "desk.example", "localhost", "127.0.0.1"]


def shake_hands(files: CertificateFiles, name: str) -> None:
    """A TLS handshake in memory between a server with the files and a client that trusts the authority."""
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(files.certificate, files.key)
    client_side = ssl.create_default_context(cafile=str(files.authority))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_trusts_the_authority_accepts_every_name(tmp_path: Path, name: str) -> None:
    shake_hands(ensure_certificate(tmp_path, NAMES, NOW), name)


def test_a_client_refuses_another_name(tmp_path: Path) -> None:
    files = ensure_certificate(tmp_path, NAMES, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(files, "192.0.2.8")


def test_the_second_start_issues_nothing(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, NAMES, NOW)
    content = first.certificate.read_bytes()
    again = ensure_certificate(tmp_path, NAMES, NOW + timedelta(days=300))
    assert first.issued_now
    assert not again.issued_now
    assert again.certificate.read_bytes() == content


def test_renewed_before_it_expires_by_the_same_authority(tmp_path: Path) -> None:
    first = ensure_certificate(tmp_path, NAMES, NOW)
    authority = first.authority.read_bytes()
    renewed = ensure_certificate(tmp_path, NAMES, first.expires_at - timedelta(days=20))
    assert renewed.issued_now
    assert renewed.expires_at > first.expires_at + timedelta(days=300)
    assert renewed.authority.read_bytes() == authority


def test_an_authority_too_old_to_sign_a_whole_life_is_replaced(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, NAMES, NOW)
    late = NOW + timedelta(days=3650 - 100)
    files = ensure_certificate(tmp_path, NAMES, late)
    authority = x509.load_pem_x509_certificate(files.authority.read_bytes())
    assert authority.not_valid_after_utc > files.expires_at


def test_another_address_gets_another_certificate(tmp_path: Path) -> None:
    ensure_certificate(tmp_path, NAMES, NOW)
    files = ensure_certificate(tmp_path, ["192.0.2.8"], NOW)
    assert files.issued_now
    shake_hands(files, "192.0.2.8")


@pytest.mark.parametrize("broken", ["server.key", "server.crt", "authority.key", "authority.crt"])
def test_a_broken_or_foreign_file_is_replaced(tmp_path: Path, broken: str) -> None:
    ensure_certificate(tmp_path / "other", NAMES, NOW)
    ensure_certificate(tmp_path / "own", NAMES, NOW)
    (tmp_path / "own" / broken).write_bytes((tmp_path / "other" / broken).read_bytes())
    shake_hands(ensure_certificate(tmp_path / "own", NAMES, NOW), "desk.example")
    (tmp_path / "own" / broken).write_text("half")
    shake_hands(ensure_certificate(tmp_path / "own", NAMES, NOW), "desk.example")


def sign_for(folder: Path, name: str) -> CertificateFiles:
    """What somebody with the authority's key can make: a certificate for any name."""
    files = ensure_certificate(folder, NAMES, NOW)
    pair = certificates._read_pair(folder, "authority")
    assert pair is not None
    certificates._write_pair(folder, "server", certificates._issue_leaf(pair, [name], NOW))
    return files


@pytest.mark.parametrize("name", ["bank.example", "192.0.2.8", "example", "2001:db8::7", "localhost.example"])
def test_the_authority_can_vouch_for_nobody_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(sign_for(tmp_path, name), name)


def test_constraints_are_not_for_a_client_to_overlook(tmp_path: Path) -> None:
    authority = x509.load_pem_x509_certificate(
        ensure_certificate(tmp_path, NAMES, NOW).authority.read_bytes()
    )
    assert authority.extensions.get_extension_for_class(x509.NameConstraints).critical


def without_constraints(folder: Path, monkeypatch: pytest.MonkeyPatch) -> CertificateFiles:
    """As they were made before there were constraints."""

    def left_out(builder: x509.CertificateBuilder, extension: Any, critical: bool) -> Any:
        return builder if isinstance(extension, x509.NameConstraints) else add(builder, extension, critical)

    add = x509.CertificateBuilder.add_extension
    with monkeypatch.context() as patch:
        patch.setattr(x509.CertificateBuilder, "add_extension", left_out)
        return ensure_certificate(folder, NAMES, NOW)


def test_an_authority_that_colleagues_trust_already_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = without_constraints(tmp_path, monkeypatch).authority.read_bytes()
    files = ensure_certificate(tmp_path, ["192.0.2.99", "another"], NOW)
    assert files.authority.read_bytes() == before
    assert not files.authority_replaced
    shake_hands(files, "another")
    facts = read_certificate(tmp_path)
    assert facts is not None
    assert facts.authority.permitted is None


def test_a_name_that_came_later_is_left_out_and_the_authority_stays(tmp_path: Path) -> None:
    before = ensure_certificate(tmp_path, NAMES, NOW).authority.read_bytes()
    files = ensure_certificate(tmp_path, ["127.0.0.1", "192.0.2.7", "172.17.0.1", "renamed"], NOW)
    assert (files.authority.read_bytes(), files.authority_replaced) == (before, False)
    facts = read_certificate(tmp_path)
    assert facts is not None
    assert facts.names == {"127.0.0.1", "192.0.2.7"}
    assert not facts.authority.permits("172.17.0.1")
    shake_hands(files, "192.0.2.7")


def test_another_address_for_colleagues_needs_another_authority(tmp_path: Path) -> None:
    before = ensure_certificate(tmp_path, NAMES, NOW).authority.read_bytes()
    files = ensure_certificate(tmp_path, ["127.0.0.1", "192.0.2.8", "192.0.2.7", "desk.example"], NOW)
    assert files.authority.read_bytes() != before
    assert files.authority_replaced
    for name in ("192.0.2.8", "192.0.2.7", "desk.example"):
        shake_hands(files, name)


def test_without_another_machine_in_sight_the_authority_stays(tmp_path: Path) -> None:
    before = ensure_certificate(tmp_path, NAMES, NOW).authority.read_bytes()
    files = ensure_certificate(tmp_path, ["localhost", "127.0.0.1", "renamed"], NOW)
    assert files.authority.read_bytes() == before


@pytest.mark.parametrize("name", ["server", "authority"])
def test_without_the_certificate_or_its_authority_there_is_none_to_show(tmp_path: Path, name: str) -> None:
    ensure_certificate(tmp_path, NAMES, NOW)
    assert read_certificate(tmp_path) is not None
    (tmp_path / f"{name}.key").unlink()
    assert read_certificate(tmp_path) is None


def test_everything_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "certificates"
    ensure_certificate(folder, NAMES, NOW)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_the_names_hold_the_address_itself_and_no_wildcard() -> None:
    assert names_for("192.0.2.7")[0] == "192.0.2.7"
    every = names_for("0.0.0.0")
    assert "0.0.0.0" not in every
    assert {"localhost", "127.0.0.1"} <= set(every)
