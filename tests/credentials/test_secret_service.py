"""The key in a real Secret Service: gnome-keyring on a private session bus."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from enate_desktop.credentials.keys import KeyStore
from enate_desktop.domain.errors import CredentialError
store = KeyStore(Path(sys.argv[1]), "file-1", lambda _new: None)
try:
    store.key(create=False)
except CredentialError as error:
    print("before:", error.title)
key = store.key(create=True)
print("same:", KeyStore(Path(sys.argv[1]), "file-1", lambda _new: None).key(create=False) == key)
print("length:", len(key), "files:", len(list(Path(sys.argv[1]).iterdir())))
"""
_START = (
    'printf "ci-password\\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize '
    '>/dev/null 2>&1; exec "$@"'
)
UNLOCKED = ("dbus-run-session", "--", "sh", "-c", _START, "sh")
"""Runs what follows in a session of its own with an unlocked keyring."""


def test_the_key_is_kept_by_a_real_secret_service(home: Path, tmp_path: Path) -> None:
    """S-02: one random key in the operating system's keyring, and no file beside the data."""
    data = tmp_path / "data"
    data.mkdir()
    environment = {k: v for k, v in os.environ.items() if k != "PYTHON_KEYRING_BACKEND"}
    done = subprocess.run(
        [*UNLOCKED, sys.executable, "-c", SCRIPT, str(data)],
        env={**environment, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "before: The key of this data file is not on this computer.",
        "same: True",
        "length: 32 files: 0",
    ], done.stderr
