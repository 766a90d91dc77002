"""How long to wait for a mail server at each step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait, in the order in which a connection needs them.

    ``hint``: silence before the greeting after which TLS is tried; ``idle``: silence inside an
    answer; ``command``: a whole answer, and what its limit takes at ``rate`` bytes a second;
    ``token``: the sign-in provider; ``sent``: silence after a mail was sent, which may be long
    because giving up makes duplicates (RFC 5321, 4.5.3.2.6).
    """

    look_up: float = 10.0
    connect: float = 10.0
    handshake: float = 15.0
    hint: float = 3.0
    greeting: float = 20.0
    idle: float = 30.0
    command: float = 60.0
    rate: int = 64 << 10
    token: float = 45.0
    sent: float = 600.0

    @property
    def moment(self) -> float:
        """How long to wait for an answer that hardly matters: at most one second."""
        return min(1.0, self.idle)


PATIENCE = Patience()
