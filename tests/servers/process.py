"""What the server wrappers share: a folder, an ordinary user, free ports, a banner to wait for."""

import atexit
import contextlib
import getpass
import grp
import itertools
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

_PLACE = tempfile.gettempdir()
"""Outside of pytest's folder, which other users may not enter and the search for secrets does."""


def server_folder(name: str) -> Path:
    """A new folder for a server, with passwords and mail in it; whoever asks removes it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=_PLACE))
    folder.chmod(0o755)
    return folder


def ordinary_account() -> pwd.struct_passwd:
    """Whom a server runs as: root's mail goes to another user."""
    return pwd.getpwnam("mail" if os.geteuid() == 0 else getpass.getuser())


def group_name(account: pwd.struct_passwd) -> str:
    """The name of its main group."""
    return grp.getgrgid(account.pw_gid).gr_name


def run_as(account: pwd.struct_passwd) -> dict[str, Any]:
    """What Popen needs to start a process of ``account``."""
    if os.geteuid() != 0:
        return {}
    return {"user": account.pw_name, "group": account.pw_gid, "extra_groups": []}


def ends_with_us(*command: str | Path) -> list[str | Path]:
    """``command`` so that it ends with the thread that starts it, were the tests even killed."""
    return ["setpriv", "--pdeathsig", "TERM", *command]


def hand_over(path: Path, account: pwd.struct_passwd) -> None:
    """Give a file or folder, but not what is in it, to ``account``."""
    if os.geteuid() == 0:
        os.chown(path, account.pw_uid, account.pw_gid)


def program(name: str) -> str:
    """The path of an installed program."""
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise RuntimeError(f"{name} is not installed; `make test` says how to install it.")
    return path


def free_ports(count: int) -> list[int]:
    """Loopback ports nobody listens on, and which no other process of the tests is given."""
    usable = (port for port in itertools.islice(_own_ports(), 99) if _is_free(port))
    return list(itertools.islice(usable, count))


@cache
def _own_ports() -> Iterator[int]:
    """A hundred ports, again and again; whoever listens on the first one of them has them.

    They lie below those that the system gives to connections.
    """
    firsts = list(range(10_000, 32_000, 100))
    random.shuffle(firsts)
    for first in firsts:
        with contextlib.suppress(OSError):
            guard = socket.create_server(("127.0.0.1", first))
            atexit.register(guard.close)
            return itertools.cycle(range(first + 1, first + 100))
    raise RuntimeError("No port is free.")


def _is_free(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_server(("127.0.0.1", port)).close()
        return True
    return False


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


def wait_until_closed(port: int, seconds: float = 5) -> None:
    """Return when nobody listens on ``port`` any more, or in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionError:
            return
        time.sleep(0.005)


def log_text(*paths: Path) -> str:
    """The contents of the log files that exist."""
    return "\n".join(path.read_text(errors="replace") for path in paths if path.exists())


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; raises with its own words when it does not succeed."""
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{command[0]}: {result.stdout}{result.stderr}")
    return result
