"""Reading the file of a private CA in the editor (C-13)."""

import os
import ssl
import threading
from pathlib import Path

import pytest

from enate_desktop.domain.errors import InputError
from enate_desktop.views.authority_file import read_authority
from tests.canary import CANARY, given_secret, secret
from tests.servers.pki import Pki


@pytest.mark.parametrize("form", ["pem", "der", "with words"])
def test_the_certificates_of_a_file_are_read(tmp_path: Path, pki: Pki, form: str) -> None:
    """C-13: PEM or DER; what else stands in the file is left out."""
    der = ssl.PEM_cert_to_DER_cert(pki.ca_pem)
    content = {
        "pem": pki.ca_pem.encode(),
        "der": der,
        "with words": b"A CA\n" + pki.ca_pem.encode(),
    }
    path = tmp_path / "ca.crt"
    path.write_bytes(content[form])
    kept = read_authority(path)
    assert "A CA" not in kept
    assert ssl.PEM_cert_to_DER_cert(kept) == der


@pytest.mark.parametrize("with_certificate", [True, False])
def test_a_private_key_is_refused(tmp_path: Path, pki: Pki, *, with_certificate: bool) -> None:
    """S-02: it would stand in clear in the data file."""
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{secret('key')}\n-----END RSA PRIVATE KEY-----\n"
    path = given_secret(tmp_path, "own.pem", key + (pki.ca_pem if with_certificate else ""))
    with pytest.raises(InputError, match=r'private key in "own\.pem"') as caught:
        read_authority(path)
    assert caught.value.field == "ca_certificate"
    assert CANARY not in caught.value.sentence()


@pytest.mark.parametrize("content", [b"", b"0\x82", b"words", b"x" * 2_000_000])
def test_what_holds_no_certificate_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """C-13: whatever was chosen."""
    path = tmp_path / "ca.crt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r'no certificate in "ca\.crt"'):
        read_authority(path)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """C-13."""
    with pytest.raises(InputError, match=r'"ca\.crt" cannot be read'):
        read_authority(tmp_path / "ca.crt")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """C-13: the window must not stand still."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    held = os.open(path, os.O_RDWR)
    # Who waits is let go after a while, so that this test fails then instead of standing still.
    release = threading.Timer(10, os.close, (held,))
    release.start()
    with pytest.raises(InputError, match="no certificate"):
        read_authority(path)
    release.cancel()
    os.close(held)
