"""What makes a bare machine ready for the tests may be interrupted and repeated."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / ".ci").iterdir())

APT = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$1" in
    -s) echo "Inst cyrus-common (3.6)"; echo "Inst libsomething1 (1.0)" ;;
    download) [ ! -e "$BROKEN" ] || exit 100; shift; for name; do touch "$name.deb"; done ;;
esac
"""
DPKG = """#!/bin/sh
[ ! -e "$KILLED" ] || kill -KILL $PPID
cp -asf "$UNPACKED/." "$3"
"""


class Machine:
    """A copy of `.ci/cyrus` in a project of its own, with pretended package tools."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unpacked = folder / ".servers" / "cyrus"
        self.broken, self.killed, self._calls = (folder / n for n in ("broken", "killed", "calls"))
        (folder / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "cyrus", folder / ".ci")
        for name, text in (("apt-get", APT), ("dpkg-deb", DPKG)):
            (folder / "bin").mkdir(exist_ok=True)
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)

    def run(self) -> int:
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "UNPACKED": str(ROOT / ".servers" / "cyrus"),
            "BROKEN": str(self.broken),
            "KILLED": str(self.killed),
            "CALLS": str(self._calls),
        }
        script = self.folder / ".ci" / "cyrus"
        return subprocess.run([script], env=environment, capture_output=True).returncode

    @property
    def calls(self) -> list[str]:
        return self._calls.read_text().splitlines() if self._calls.exists() else []

    @property
    def folders(self) -> list[str]:
        return sorted(p.name for p in (self.folder / ".servers").iterdir() if p.is_dir())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_second_mail_server_is_unpacked_once(machine: Machine) -> None:
    assert machine.run() == 0
    assert machine.folders == ["cyrus"]
    assert machine.calls[-1].split() == [
        *("download", "cyrus-common", "cyrus-imapd", "cyrus-pop3d", "libsomething1")
    ]
    asked = len(machine.calls)
    assert machine.run() == 0
    assert len(machine.calls) == asked


def test_an_interrupted_unpacking_is_done_again(machine: Machine) -> None:
    machine.killed.touch()
    assert machine.run() != 0
    assert "cyrus" not in machine.folders
    machine.killed.unlink()
    assert machine.run() == 0
    assert machine.folders == ["cyrus"]


def test_a_failed_download_leaves_nothing_and_says_so(machine: Machine) -> None:
    machine.broken.touch()
    assert machine.run() == 1
    assert machine.folders == []
    machine.broken.unlink()
    assert machine.run() == 0


def test_an_incomplete_server_is_unpacked_anew(machine: Machine) -> None:
    assert machine.run() == 0
    (machine.unpacked / "usr/lib/cyrus/bin/pop3d").unlink()
    assert machine.run() == 0
    assert (machine.unpacked / "usr/lib/cyrus/bin/pop3d").exists()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_names_a_host(script: Path) -> None:
    """Packages come from where this machine's own tools get them."""
    assert not re.findall(r"https?://|\b\w+\.(?:org|com|net|io)\b", script.read_text())
