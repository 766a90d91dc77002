"""Whether this computer has no network, judged by all of its mailboxes together (MAIL 4 G 143)."""

import threading

from enate_desktop.services.failures import Network


class Reachability:
    """Shared by the pollers of one worker; safe in several threads."""

    def __init__(self) -> None:
        """With nothing tried yet."""
        self._last: dict[str, Network] = {}
        self._lock = threading.Lock()

    def note(self, host: str, network: Network) -> bool:
        """How the last try to reach ``host`` went; returns whether this computer is offline.

        It is when its system says so, or when all of at least two servers are out of reach;
        it is not while any other server can be reached.
        """
        with self._lock:
            self._last[host] = network
            others = [known for name, known in self._last.items() if name != host]
        if network is Network.THERE or Network.THERE in others:
            return False
        return network is Network.GONE or bool(others)

    def forget(self, host: str) -> None:
        """Nobody asks for that server any more."""
        with self._lock:
            self._last.pop(host, None)
