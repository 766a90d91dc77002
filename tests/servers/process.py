"""What the server wrappers share: free ports and waiting for a banner."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on at this moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def wait_for_banner(
    port: int, banner: bytes, words: Callable[[], str], seconds: float = 15
) -> None:
    """Return when the server on ``port`` greets with ``banner``; raise with ``words()`` in time."""
    end = time.monotonic() + seconds
    pause = 0.005
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as one:
            if one.recv(512).startswith(banner):
                return
        time.sleep(pause)
    raise TimeoutError(f"No {banner!r} on port {port}. {words()}")


def log_text(*paths: Path) -> str:
    """The contents of the log files that exist."""
    return "\n".join(path.read_text(errors="replace") for path in paths if path.exists())


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; raises with its own words when it does not succeed."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{command[0]}: {result.stdout}{result.stderr}")
    return result
