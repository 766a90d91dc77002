"""The key of a shared server: sealed in it, unsealed once at every computer (S-02)."""

from pathlib import Path

import pytest

from enate_desktop.credentials.key_file import SharedKey
from enate_desktop.credentials.keys import KeyStore
from enate_desktop.domain.errors import CredentialError
from tests.conftest import MemoryKeyring


class Server:
    """Holds the sealed key as the database does."""

    def __init__(self) -> None:
        self.text: str | None = None

    def keep(self, text: str) -> str:
        self.text = self.text or text
        return self.text

    def computer(self, folder: Path, passphrase: str | None, *, keyring: bool = False) -> KeyStore:
        """A computer where ``passphrase`` is typed."""
        return KeyStore(
            folder,
            "shared",
            lambda _new: passphrase,
            trusted=("tests.",) if keyring else (),
            shared=SharedKey(lambda: self.text, self.keep),
        )


def test_a_second_computer_gets_the_key_by_the_passphrase(tmp_path: Path) -> None:
    """S-02: the same key, and it is in no file."""
    server = Server()
    key = server.computer(tmp_path, "five words are long enough").key(create=True)
    assert server.computer(tmp_path, "five words are long enough").key(create=False) == key
    assert list(tmp_path.glob("*.key")) == []
    with pytest.raises(CredentialError, match="does not open"):
        server.computer(tmp_path, "another passphrase").key(create=True)


def test_the_keyring_spares_the_second_question(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    """S-02: typed once at every computer."""
    server = Server()
    key = server.computer(tmp_path, "five words are long enough").key(create=True)
    server.computer(tmp_path, "five words are long enough", keyring=True).key(create=False)
    assert server.computer(tmp_path, None, keyring=True).key(create=False) == key


@pytest.mark.parametrize(
    ("passphrase", "words"), [("short", "fewer than 12"), (None, "no passphrase")]
)
def test_a_weak_passphrase_is_refused(tmp_path: Path, passphrase: str | None, words: str) -> None:
    """S-02: everybody who can read the database can try."""
    server = Server()
    with pytest.raises(CredentialError, match=words):
        server.computer(tmp_path, passphrase).key(create=True)
    assert server.text is None
