"""Secrets: sealed, bound to their place, and never in plain text."""

import json
import stat
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from enate_desktop.credentials.cipher import Cipher
from enate_desktop.credentials.keys import KEY_FILE, KeyStore
from enate_desktop.domain.errors import CredentialError
from tests.canary import secret
from tests.conftest import MemoryKeyring

HERE = ("tests.",)
KEY = bytes(range(32))


def store(folder: Path, passphrase: str | None = None, trusted: tuple[str, ...] = HERE) -> KeyStore:
    return KeyStore(folder, "file-1", lambda _new: passphrase, trusted=trusted)


def test_a_sealed_secret_opens_at_its_own_place_only() -> None:
    """S-02: the row's identity is associated data."""
    sealed = Cipher(KEY).seal(b"pw", "connector/1/incoming.password")
    assert Cipher(KEY).open(sealed, "connector/1/incoming.password") == b"pw"
    with pytest.raises(CredentialError):
        Cipher(KEY).open(sealed, "connector/2/incoming.password")


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + bytes(40), b"\x01" + bytes(40)])
def test_a_damaged_secret_is_one_sentence(damage: bytes) -> None:
    """S-02: no traceback, and what to do."""
    with pytest.raises(CredentialError, match="cannot be read"):
        Cipher(KEY).open(damage, "place")


def test_equal_secrets_are_sealed_differently_but_marked_alike() -> None:
    """C-05: a test stays valid when the same password is typed again."""
    cipher = Cipher(KEY)
    assert cipher.seal(b"pw", "p") != cipher.seal(b"pw", "p")
    assert cipher.mark(b"pw", "p") == cipher.mark(b"pw", "p") != cipher.mark(b"pW", "p")
    assert Cipher(bytes(32)).mark(b"pw", "p") != cipher.mark(b"pw", "p")


def test_nothing_secret_is_in_a_repr() -> None:
    """S-02: no secret in a repr."""
    assert "00010203" not in repr(Cipher(KEY))


def test_the_key_is_kept_in_the_keyring_and_found_again(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    """S-02: one random key, in the operating system's keyring, never in a file."""
    key = store(tmp_path).key(create=True)
    assert store(tmp_path).key(create=False) == key
    assert len(memory_keyring.entries) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_key_reading_says_enter_the_secrets_again(tmp_path: Path) -> None:
    """MAIL 4 G 133: the data file on another computer."""
    with pytest.raises(CredentialError, match="not on this computer"):
        store(tmp_path).key(create=False)


def test_without_a_keyring_the_key_is_wrapped_by_the_passphrase(tmp_path: Path) -> None:
    """S-02: a key file protected by a passphrase; never plain text; mode 0600."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    key = store(tmp_path, "correct horse").key(create=True)
    file = tmp_path / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key not in file.read_bytes()
    assert store(tmp_path, "correct horse").key(create=False) == key
    with pytest.raises(CredentialError, match="does not open"):
        store(tmp_path, "wrong").key(create=False)


def test_the_passphrase_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SPEC 11: ENATE_PASSPHRASE."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    monkeypatch.setenv("ENATE_PASSPHRASE", secret("environment"))
    key = store(tmp_path).key(create=True)
    assert store(tmp_path).key(create=False) == key


def test_no_keyring_and_no_passphrase_is_refused(tmp_path: Path) -> None:
    """SPEC 11: else exit 2; nothing is stored in plain text instead."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(CredentialError, match="no passphrase was given"):
        store(tmp_path).key(create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_forgets_is_noticed(tmp_path: Path) -> None:
    """QT 4: the null back end accepts everything and keeps nothing."""
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(CredentialError, match="did not keep"):
        store(tmp_path, trusted=("keyring.backends.null.",)).key(create=True)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '{"kdf": {"n": 3, "r": 8, "p": 1}, "salt": "", "nonce": "", "key": ""}',
        '{"kdf": {"n": 4, "r": 0, "p": 1}, "salt": "", "nonce": "", "key": ""}',
        '{"kdf": {"n": 1073741824, "r": 8, "p": 1}, "salt": "", "nonce": "", "key": ""}',
    ],
)
def test_a_damaged_key_file_is_one_sentence(tmp_path: Path, content: str) -> None:
    """MAIL 4 G 133: no traceback, no endless key derivation."""
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(CredentialError, match="damaged"):
        store(tmp_path, "x").key(create=False)


def test_the_key_file_says_how_it_was_made(tmp_path: Path) -> None:
    """S-02: parameters stand beside the key, so that they can be raised later."""
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    store(tmp_path, "x").key(create=True)
    facts = json.loads((tmp_path / KEY_FILE).read_text())
    assert facts["kdf"] == {"name": "scrypt", "n": 32768, "r": 8, "p": 1}
