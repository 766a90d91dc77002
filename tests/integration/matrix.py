"""The cells of the matrix test: what there is to run, and why the rest cannot be (issue 4)."""

import itertools
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from enate_desktop.domain.connectors import Authentication, Security

SERVERS = ("dovecot", "cyrus", "postfix", "aiosmtpd")
PROTOCOLS = ("imap", "pop3", "smtp")
RECEIVING = ("imap", "pop3")


@dataclass(frozen=True)
class Cell:
    """One way for the program and a server to meet."""

    server: str
    protocol: str
    security: Security
    authentication: Authentication

    def __str__(self) -> str:
        return f"{self.server}-{self.protocol}-{self.security}-{self.authentication}"

    @property
    def receives(self) -> bool:
        """Whether mail is taken in rather than sent."""
        return self.protocol in RECEIVING


class Proof(StrEnum):
    """How the test proves that a cell is impossible."""

    NO_PORT = "the server listens on no port of that protocol"
    NOT_USABLE = "the product takes no such settings, and says so"
    NOT_SENT = "the same, and a session made of such settings sends nothing secret"
    NOT_OFFERED = "the server offers no such way to sign in, and the product says so"


@dataclass(frozen=True)
class Impossible:
    """A reason for every cell that fits; None fits all.

    ``field`` and ``words`` are what the product names and says to somebody who tries.
    """

    reason: str
    proof: Proof
    field: str = ""
    words: str = ""
    servers: Collection[str] | None = None
    protocols: Collection[str] | None = None
    securities: Collection[Security] | None = None
    authentications: Collection[Authentication] | None = None

    def fits(self, cell: Cell) -> bool:
        """Whether it says why ``cell`` is impossible."""
        return all(
            wanted is None or value in wanted
            for value, wanted in (
                (cell.server, self.servers),
                (cell.protocol, self.protocols),
                (cell.security, self.securities),
                (cell.authentication, self.authentications),
            )
        )


IMPOSSIBLE = (
    Impossible(
        "Postfix and aiosmtpd only take mail that is sent: they have no mailboxes.",
        Proof.NO_PORT,
        servers=("postfix", "aiosmtpd"),
        protocols=RECEIVING,
    ),
    Impossible(
        "Dovecot and Cyrus keep mailboxes: here they send nothing.",
        Proof.NO_PORT,
        servers=("dovecot", "cyrus"),
        protocols=("smtp",),
    ),
    Impossible(
        "IMAP and POP3 open a mailbox for somebody: without a sign-in there is none.",
        Proof.NOT_USABLE,
        "authentication",
        "does not allow the sign-in method",
        protocols=RECEIVING,
        authentications=(Authentication.NONE,),
    ),
    Impossible(
        "An authentication certificate is offered for outgoing mail only (C-03).",
        Proof.NOT_USABLE,
        "authentication",
        "does not allow the sign-in method",
        protocols=RECEIVING,
        authentications=(Authentication.CERTIFICATE,),
    ),
    Impossible(
        "Whoever reads an access token on the way can use it: it needs encryption (C-13).",
        Proof.NOT_SENT,
        "security",
        "OAuth 2.0 needs an encrypted connection",
        securities=(Security.NONE,),
        authentications=(Authentication.OAUTH2,),
    ),
    Impossible(
        "A certificate is shown while encryption begins: without, there is no moment for it.",
        Proof.NOT_SENT,
        "security",
        "ertificate",
        protocols=("smtp",),
        securities=(Security.NONE,),
        authentications=(Authentication.CERTIFICATE,),
    ),
    Impossible(
        "Cyrus signs in through Cyrus SASL, for which Debian has no server side of XOAUTH2.",
        Proof.NOT_OFFERED,
        "authentication",
        "does not take OAuth 2.0",
        servers=("cyrus",),
        authentications=(Authentication.OAUTH2,),
    ),
)
"""The first one that fits a cell counts."""

CELLS = tuple(
    Cell(server, protocol, security, authentication)
    for server, protocol, security, authentication in itertools.product(
        SERVERS, PROTOCOLS, Security, Authentication
    )
)


def why_not(cell: Cell) -> Impossible | None:
    """Why ``cell`` is impossible; None for one that is run."""
    return next((one for one in IMPOSSIBLE if one.fits(cell)), None)


RUN = tuple(cell for cell in CELLS if why_not(cell) is None)
NOT_RUN = tuple(cell for cell in CELLS if why_not(cell) is not None)
