"""Where a data file may not lie, and signs of life of a process that died (MAIL 3.3, 3.8)."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from enate_desktop.storage.engines.file_liveness import FileLiveness
from enate_desktop.storage.engines.local_disk import in_synced_folder, remote_kind

_MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/anna/local\\040disk ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/data/enate.sqlite3", ""),
        ("/home/anna/enate.sqlite3", "nfs4"),
        ("/home/anna/local disk/enate.sqlite3", ""),
        ("/homes/enate.sqlite3", ""),
    ],
)
def test_a_file_system_of_another_computer_is_found_out(place: str, kind: str) -> None:
    """MAIL 3.3: the innermost mount counts."""
    assert remote_kind(Path(place), _MOUNTS) == kind


def test_a_synced_folder_is_found_out() -> None:
    """MAIL 3.3: OneDrive copies files while they are written."""
    environment = {"OneDrive": "/users/anna/OneDrive"}
    assert in_synced_folder(Path("/users/anna/OneDrive/data/x"), environment)
    assert not in_synced_folder(Path("/users/anna/data/x"), environment)


def test_a_killed_process_is_dead_at_once(tmp_path: Path) -> None:
    """MAIL 3.8: the system frees the lock, and the next one removes the file."""
    program = (
        "import sys; from pathlib import Path; "
        "from enate_desktop.storage.engines.file_liveness import FileLiveness; "
        "FileLiveness(Path(sys.argv[1])).hold('other'); print('held', flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        (file,) = (tmp_path / "workers").iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        mine = FileLiveness(tmp_path)
        assert not mine.is_dead("other")
        child.kill()
        child.wait()
        assert mine.is_dead("other")
    assert not file.exists()
