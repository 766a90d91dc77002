"""A keyring that is the same in every process of the crash tests."""

import base64

from keyring.backend import KeyringBackend
from typing_extensions import override


class FixedKeyring(KeyringBackend):
    """Holds one key for every data file; keeps nothing."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library leaves it so

    @override
    def get_password(self, service: str, username: str) -> str | None:
        return "v1:" + base64.urlsafe_b64encode(b"k" * 32).decode()

    @override
    def set_password(self, service: str, username: str, password: str) -> None:
        """It is there already."""

    @override
    def delete_password(self, service: str, username: str) -> None:
        """It stays."""
