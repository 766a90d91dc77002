"""Certificates (.pfx): what is read of a file, each refusal in its own words, no key on disk."""

import os
import ssl
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from typing_extensions import override

from enate_desktop.credentials.certificates import CertificateError, ClientCertificate
from enate_desktop.domain.certificates import CertificateReading
from tests.credentials import pfx_files as files
from tests.credentials.pfx_files import NAME, PASSWORD, bare, certificate, key, pfx

READABLE_SECONDS = 5.0


class Recorder(ssl.SSLContext):
    """A context that looks at what it is given, and at where it lies."""

    given = b""
    path = ""
    mode = 0

    @override
    def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
        self.path = str(certfile)
        self.given = Path(certfile).read_bytes()
        self.mode = Path(certfile).stat().st_mode & 0o777
        super().load_cert_chain(certfile, keyfile, password)


def read(file: bytes, password: bytes = PASSWORD) -> CertificateReading:
    return ClientCertificate(file, password).read()


def refusal(file: bytes, password: bytes = PASSWORD) -> CertificateError:
    """The error that a file meets, told alike in the editor and before a connection."""
    with pytest.raises(CertificateError) as first:
        read(file, password)
    with pytest.raises(CertificateError) as second:
        ClientCertificate(file, password).present_in(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert first.value.sentence() == second.value.sentence()
    return first.value


def test_a_usual_file_is_read() -> None:
    """C-04: subject, issuer, validity and fingerprint."""
    authority = certificate(key("ec2"), "Acme CA")
    leaf = certificate(key(), issuer="Acme CA", signed_by=key("ec2"))
    reading = read(pfx(key(), leaf, [authority]))
    facts = reading.facts
    assert (facts.subject, facts.issuer) == (f"CN={NAME}", "CN=Acme CA")
    assert (facts.not_before, facts.not_after) == (
        leaf.not_valid_before_utc,
        leaf.not_valid_after_utc,
    )
    assert bytes.fromhex(facts.sha256.replace(":", "")) == leaf.fingerprint(hashes.SHA256())
    assert reading.notes == ()


@pytest.mark.parametrize("kind", ["rsa2048", "ec", "ed25519"])
def test_every_usual_kind_of_key_is_taken(kind: str) -> None:
    """MAIL 124."""
    assert read(pfx(key(kind))).facts.subject == f"CN={NAME}"


@pytest.mark.parametrize("password", ["pässwörd", "пароль 😀", " with blanks ", "x" * 200])
def test_passwords_are_taken_as_typed(password: str) -> None:
    """MAIL 118: UTF-8, nothing trimmed."""
    assert read(pfx(password=password.encode()), password.encode()).notes == ()
    assert refusal(pfx(password=password.encode()), password.strip().encode()[:-1]).field == (
        "certificate_password"
    )


def test_a_file_without_password_opens_with_a_blank_one() -> None:
    """MAIL 120."""
    assert read(pfx(password=b""), b"").facts.subject == f"CN={NAME}"
    assert refusal(pfx(password=b""), b"some").field == "certificate_password"


@pytest.mark.parametrize("password", [b"wrong", b"", b"\xff\xfe", b"with\0nul"])
def test_a_wrong_password_is_told(password: bytes) -> None:
    """MAIL 118, 119: also one that is no text, which the library answers with a panic."""
    error = refusal(pfx(), password)
    assert error.title == "This .pfx file does not open with that password."
    assert error.field == "certificate_password"


DER = certificate(key()).public_bytes(Encoding.DER)
PEM = certificate(key()).public_bytes(Encoding.PEM)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"", "The certificate file is empty."),
        (b"MZ\x90\0 a program", "not a .pfx certificate, or it is damaged"),
        (pfx()[:-20], "not a .pfx certificate, or it is damaged"),
        (pfx()[:300], "not a .pfx certificate, or it is damaged"),
        (b"\x30\x82\x01\x00" + bytes(256), "not a .pfx certificate, or it is damaged"),
        (PEM, "looks like a PEM file"),
        (b"\xef\xbb\xbf\r\n" + PEM, "looks like a PEM file"),
        (DER, "The certificate has no private key."),
        (bytes(1_000_001), "larger than 1 MB"),
        (pfx() + bytes(1_000_000), "larger than 1 MB"),
        (bare(), "neither a certificate nor a private key"),
        (bare(files.key_bag(key())), "a private key but no certificate"),
        (bare(files.certificate_bag(certificate(key()))), "has no private key"),
        (
            bare(files.key_bag(key()), files.certificate_bag(certificate(key("ec2")))),
            "The private key does not belong to the certificate.",
        ),
        (bare(files.key_bag(key("x25519"))), "kind of private key in the file cannot be used"),
        (pfx(key("rsa1024")), "too small: 1024 bits"),
        (pfx(key("dsa")), "DSA key"),
        (pfx(key(), certificate(key(), days=(-400, -35))), "The certificate expired on "),
        (pfx(key(), certificate(key(), days=(20, 300))), "The certificate is not valid before "),
    ],
)
def test_what_is_of_no_use_has_its_own_sentence(file: bytes, words: str) -> None:
    """C-04, MAIL 121–124, 127."""
    error = refusal(file)
    assert words in error.title
    assert error.field == "certificate"
    assert error.message.endswith(".")


def test_a_certificate_without_key_is_named() -> None:
    """MAIL 123: the library gives neither key nor certificate then."""
    file = bare(files.certificate_bag(certificate(key(), "sales.acme.example")))
    assert "CN=sales.acme.example" in refusal(file).message


def test_a_weak_signature_is_refused_before_any_server_is_asked() -> None:
    """MAIL 124: what the TLS library of this computer does not take."""
    bags = files.key_bag(key("rsa2048")), files.certificate_bag(files.signed_with_sha1())
    assert "no longer safe (SHA-1)" in refusal(bare(*bags), b"").title


RC2 = (Path(__file__).parent / "rc2_and_3des.pfx").read_bytes()
"""Made with ``openssl pkcs12 -export -legacy``, as Windows did for long."""
TRIPLE_DES = files.old_pfx(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)


@pytest.mark.parametrize(("file", "methods"), [(RC2, "3DES and RC2"), (TRIPLE_DES, "3DES")])
def test_an_old_encryption_opens_with_a_note(file: bytes, methods: str) -> None:
    """MAIL 122."""
    note = f"The file uses an old encryption ({methods}). It works."
    assert read(file).notes == (f"{note} Export the certificate again with AES-256.",)


@pytest.mark.parametrize(("file", "methods"), [(RC2, "3DES and RC2"), (TRIPLE_DES, "3DES")])
def test_a_computer_without_old_encryption_is_told_of(file: bytes, methods: str) -> None:
    """MAIL 122: some builds of OpenSSL no longer open it, and blame the password."""
    words = f"If it is right, this computer cannot open the old {methods} encryption."
    assert words in refusal(file, b"wrong").message


def test_a_file_without_mac_has_a_note() -> None:
    """MAIL 126."""
    file = bare(files.key_bag(key()), files.certificate_bag(certificate(key())))
    assert read(file, b"").notes == (
        "The file has no checksum (MAC), so damage to it may go unnoticed.",
    )


def test_of_several_keys_the_one_used_is_named() -> None:
    """MAIL 124."""
    file = bare(
        files.key_bag(key()),
        files.key_bag(key("ec2")),
        files.certificate_bag(certificate(key("ec2"), "second")),
        files.certificate_bag(certificate(key(), "first")),
    )
    reading = read(file, b"")
    assert reading.facts.subject == "CN=first"
    assert "The file holds 2 private keys. Only the one of CN=first is used." in reading.notes


@pytest.mark.parametrize(
    ("uses", "noted"),
    [
        ((), False),
        ((ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH), False),
        ((ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,), False),
        ((ExtendedKeyUsageOID.SERVER_AUTH,), True),
    ],
)
def test_a_certificate_for_other_uses_has_a_note(uses: Any, noted: bool) -> None:
    """MAIL 124: no client authentication among the extended key uses."""
    notes = read(pfx(key(), certificate(key(), uses=uses))).notes
    assert [note for note in notes if "signing in" in note] == list(notes)
    assert bool(notes) is noted


def test_the_chain_is_shown_in_its_order_and_without_strangers() -> None:
    """MAIL 124: a file may hold the authorities in any order, and others besides."""
    root = certificate(key("root"), "Root")
    middle = certificate(key("middle"), "Middle", issuer="Root", signed_by=key("root"))
    leaf = certificate(key(), issuer="Middle", signed_by=key("middle"))
    stranger = certificate(key("ec2"), "Root")
    context = Recorder(ssl.PROTOCOL_TLS_CLIENT)
    file = pfx(key(), leaf, [stranger, root, middle])
    ClientCertificate(file, PASSWORD).present_in(context)
    shown = context.given[: context.given.index(b"-----BEGIN ENCRYPTED")]
    assert shown == b"".join(c.public_bytes(Encoding.PEM) for c in (leaf, middle, root))


@pytest.mark.parametrize("rounds", [2_100_000, 2**31 - 1, 2**31, 2**70])
@pytest.mark.parametrize("where", ["key", "mac", "pieces"])
def test_a_file_that_takes_too_long_is_refused_at_once(rounds: int, where: str) -> None:
    """MAIL 125: key derivation cannot be interrupted once it has begun."""
    slow = bare(files.slow_key_bag(rounds), files.certificate_bag(certificate(key())))
    file = {
        "key": slow,
        "mac": files.with_slow_mac(rounds),
        "pieces": files.in_pieces(slow),
    }[where]
    began = time.monotonic()
    assert refusal(file).title == "This .pfx file would take too long to open."
    assert time.monotonic() - began < READABLE_SECONDS


@pytest.mark.parametrize("rounds", [2_000, 12_000_000, 2**31 - 1])
@pytest.mark.parametrize("certificates", [0, 1])
def test_a_key_in_an_encrypted_part_is_left_alone(rounds: int, certificates: int) -> None:
    """MAIL 125: nobody can see beforehand how long it would take to open."""
    bags = [files.certificate_bag(certificate(key()))] * certificates
    file = files.with_hidden(files.slow_key_bag(rounds), *bags)
    began = time.monotonic()
    error = refusal(file)
    assert time.monotonic() - began < READABLE_SECONDS
    assert ("has no private key" if certificates else "neither a certificate") in error.title


def test_a_key_beside_a_hidden_one_is_used() -> None:
    """MAIL 124, 125: the part in clear decides, wherever it stands."""
    hidden = files.with_hidden(
        files.slow_key_bag(2**31 - 1), files.certificate_bag(certificate(key()))
    )
    clear = bare(files.key_bag(key()))
    began = time.monotonic()
    assert read(files.joined(hidden, clear)).facts.subject == f"CN={NAME}"
    assert time.monotonic() - began < READABLE_SECONDS


def test_a_key_under_scrypt_is_refused_at_once() -> None:
    """MAIL 125, RFC 7914: three small numbers ask for hours."""
    began = time.monotonic()
    assert "too long to open" in refusal(bare(files.scrypt_key_bag())).title
    assert time.monotonic() - began < READABLE_SECONDS


def test_many_rounds_as_firefox_asks_for_are_honest() -> None:
    """MAIL 125: 600,000 for each part."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(600_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(PASSWORD)
    )
    cert = certificate(key())
    file = pkcs12.serialize_key_and_certificates(None, key(), cert, None, encryption)
    assert read(file).facts.subject == f"CN={NAME}"


def test_the_newer_checksum_tells_a_wrong_password() -> None:
    """RFC 9579: nothing else in this file depends on the password."""
    file = files.with_pbmac1(files.key_bag(key()), files.certificate_bag(certificate(key())))
    assert read(file).notes == ()
    assert refusal(file, b"wrong").field == "certificate_password"
    assert refusal(file, b"").field == "certificate_password"


@pytest.mark.parametrize("password", ["Grüße", "p😀w", "пароль", ""])
@pytest.mark.parametrize("method", [None, pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC])
def test_a_password_of_any_script_opens_its_file(password: str, method: pkcs12.PBES | None) -> None:
    """C-04, RFC 7292, B.1: checksum and encryption spell it in UTF-16."""
    if not password:
        file = pfx(password=b"")
    else:
        raw = password.encode()
        file = files.old_pfx(method, raw) if method else pfx(password=raw)
    assert read(file, password.encode()).facts.subject == f"CN={NAME}"
    if password:
        assert refusal(file, b"wrong").field == "certificate_password"


def test_of_certificates_of_one_key_the_one_that_lasts_longest_is_used() -> None:
    """MAIL 124: a file may keep what was renewed."""
    bags = [
        files.certificate_bag(certificate(key(), name, days=(-400, days)))
        for name, days in (("old", -5), ("new", 300), ("older", -90))
    ]
    assert read(bare(files.key_bag(key()), *bags), b"").facts.subject == "CN=new"


@pytest.mark.parametrize(
    "file",
    [
        b"\x30\x80" * 400_000,
        b"\x30\x83\x0f\x42\x3b" + b"\x24\x03\x04\x01\x00" * 199_999,
        files.nested(0x24, 38, b"\x04\x01\x00" * 300_000),
        files.nested(0x30, 38, b"\x04\x01\x00" * 300_000),
        b"\x30\x84\xff\xff\xff\xff" + bytes(100),
        bytes(1_000_000),
    ],
    ids=["deep", "pieces", "deep pieces", "deep values", "longer than it is", "zeros"],
)
def test_a_maze_is_left_soon(file: bytes) -> None:
    """MAIL 125: looking before opening is bounded too."""
    began = time.monotonic()
    refusal(file)
    assert time.monotonic() - began < READABLE_SECONDS


@pytest.mark.filterwarnings("ignore:PKCS#12 bundle could not be parsed as DER:UserWarning")
def test_a_file_in_ber_is_read() -> None:
    """RFC 7292: some programs write octet strings in pieces, of open-ended length."""
    usual = bare(files.key_bag(key()), files.certificate_bag(certificate(key())))
    assert read(files.in_pieces(usual), b"").facts.subject == f"CN={NAME}"


def test_a_hostile_name_is_shown_bounded_and_on_one_line() -> None:
    """MAIL 124: no line breaks, nothing that turns the text around."""
    subject = read(pfx(key(), certificate(key(), "a\nb\u202ec" + "x" * 50))).facts.subject
    assert "\n" not in subject
    assert "\u202e" not in subject
    assert len(subject) < 320


def test_nothing_secret_is_in_an_error_or_a_repr() -> None:
    """S-02: the password is in no text, and neither in the causes of the error."""
    secret = b"canary-4711"
    error: BaseException | None = refusal(pfx(), secret)
    told = repr(ClientCertificate(pfx(), secret))
    while error is not None:
        told += repr(error) + str(error)
        error = error.__cause__
    assert "canary" not in told


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield folder
    assert list(folder.iterdir()) == []


def clear_key() -> tuple[bytes, bytes]:
    """What must never be written: the key in DER, and the first line of it in PEM."""
    der = key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return der, pem.splitlines()[1]


def open_files() -> set[str]:
    """What this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    entries = list(folder.iterdir()) if folder.is_dir() else []
    return {str(entry.readlink()) for entry in entries if entry.is_symlink()}


IN_MEMORY = hasattr(os, "memfd_create")


def without_memory_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows and macOS."""
    monkeypatch.delattr(os, "memfd_create", raising=False)


def test_the_key_is_encrypted_even_in_memory_and_gone_at_once(temporary: Path) -> None:
    """MAIL 128: on Linux no folder ever has a name for it."""
    context = Recorder(ssl.PROTOCOL_TLS_CLIENT)
    ClientCertificate(pfx(), PASSWORD).present_in(context)
    assert context.path.startswith("/proc/self/fd/" if IN_MEMORY else str(temporary))
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in context.given
    assert not any(part in context.given for part in clear_key())
    assert not any("memfd:certificate" in name for name in open_files())
    assert list(temporary.iterdir()) == []


def test_elsewhere_the_key_is_encrypted_in_a_private_file_for_a_moment(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 128: mode 0600, deleted at once, and useless without its one-time passphrase."""
    without_memory_files(monkeypatch)
    context = Recorder(ssl.PROTOCOL_TLS_CLIENT)
    ClientCertificate(pfx(), PASSWORD).present_in(context)
    assert context.path.startswith(str(temporary))
    assert os.name == "nt" or context.mode == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in context.given
    assert not any(part in context.given for part in clear_key())
    assert list(temporary.iterdir()) == []


def test_the_file_is_deleted_even_when_the_context_refuses_it(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 128."""

    class Refusing(Recorder):
        @override
        def load_cert_chain(self, certfile: Any, keyfile: Any = None, password: Any = None) -> None:
            super().load_cert_chain(certfile, keyfile, "wrong")

    without_memory_files(monkeypatch)
    with pytest.raises(CertificateError, match="cannot be used"):
        ClientCertificate(pfx(), PASSWORD).present_in(Refusing(ssl.PROTOCOL_TLS_CLIENT))
    assert list(temporary.iterdir()) == []


def test_a_computer_without_room_for_a_file_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAIL 128: no traceback, and what to do."""
    without_memory_files(monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(CertificateError, match="cannot be prepared") as caught:
        ClientCertificate(pfx(), PASSWORD).present_in(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert "temporary files" in caught.value.message


def test_each_passphrase_is_used_once(temporary: Path) -> None:
    """MAIL 128: two connections never share one."""
    first, second = (Recorder(ssl.PROTOCOL_TLS_CLIENT) for _ in range(2))
    for context in (first, second):
        ClientCertificate(pfx(), PASSWORD).present_in(context)
    assert first.given != second.given
