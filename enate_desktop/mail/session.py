"""What a signed-in connection to any kind of server goes through, step by step (C-06)."""

from collections.abc import Sequence
from typing import Protocol

from enate_desktop.mail.dialling import Address
from enate_desktop.mail.wire import Wire


class Session(Protocol):
    """The steps in their order; each raises MailError and leaves closing to the caller."""

    @property
    def wire(self) -> Wire | None:
        """The connection, once there is one."""

    def dial(self, addresses: Sequence[Address]) -> None:
        """Connect; without implicit TLS the server's greeting is read too."""

    def encrypt(self) -> None:
        """Begin TLS as the connector says; nothing to do when it says none."""

    def sign_in(self) -> None:
        """Prove who we are."""

    def capabilities(self) -> tuple[str, ...]:
        """What the server says it can do, bounded and safe to show."""

    def close(self) -> None:
        """Sign out if possible and close; never raises."""
