"""The search for secrets finds one in every form and every place, and fails the run (S-02)."""

import base64
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canary import CANARY, GIVEN, Scanner, given_secret, secret

ROOT = Path(__file__).resolve().parents[1]
OTHER = "Cnry0123456789ab"
"""Not the text of this run, which would be found at its end."""
SECRET = f'a+b/c="{OTHER}" ü'

_NOT_NEEDED = ("pytest-qt", "xvfb", "hypothesispytest", "cacheprovider", "pytest_cov")

LEAK = """
import logging, os, subprocess, sys
from pathlib import Path
from tests.canary import secret

def test_leaks_into_a_file(tmp_path):
    Path(tmp_path, "left").write_text(secret("x"))

def test_leaks_on_standard_output():
    print(secret("x"))

def test_leaks_into_the_log():
    logging.getLogger("program").info("signing in with %s", secret("x"))

def test_a_child_process_leaks():
    code = f"print({secret('x')!r})"
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
"""
CLEAN = """
from tests.canary import given_secret, secret

def test_reads_a_given_secret(tmp_path):
    (tmp_path / "log").write_text("signed in")
    assert given_secret(tmp_path, "password.txt", secret("x")).read_text() == secret("x")
"""


FORMS = {
    "plain": SECRET.encode(),
    "URL-encoded with its letters": quote(SECRET).encode(),
    "URL-encoded": "".join(f"%{byte:02x}" for byte in SECRET.encode()).encode(),
    "UTF-16": SECRET.encode("utf-16-le"),
    "UTF-16 of the other order": SECRET.encode("utf-16-be"),
    "hexadecimal": SECRET.encode().hex().encode(),
    **{f"base64 {n}": base64.b64encode(bytes(n) + SECRET.encode()) for n in range(3)},
    "base64 in lines": base64.encodebytes(bytes(70) + SECRET.encode()),
    "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfe" + SECRET.encode()),
    "XOAUTH2": base64.b64encode(f"user=anna\x01auth=Bearer {SECRET}\x01\x01".encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_in_a_file(tmp_path: Path, form: str) -> None:
    """S-02."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "clean").write_bytes(b"x" * 5000)
    (tmp_path / "deep/er/file.log").write_bytes(b"\x00\xff before " + FORMS[form] + b" after")
    found = [find for find in Scanner(OTHER).search(tmp_path) if find.form]
    assert [Path(find.where).name for find in found] == ["file.log"]


def test_a_secret_is_found_in_the_journal_of_a_database(tmp_path: Path) -> None:
    """S-02: pages are searched as they lie on disk."""
    with closing(sqlite3.connect(tmp_path / "data.sqlite")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (text)")
        database.execute("INSERT INTO t VALUES (?)", (SECRET,))
        database.commit()
        wal = (tmp_path / "data.sqlite-wal").read_bytes()
    (tmp_path / "data.sqlite").write_bytes(b"")
    (tmp_path / "data.sqlite-wal").write_bytes(wal)
    assert [Path(find.where).name for find in Scanner(OTHER).search(tmp_path) if find.form] == [
        "data.sqlite-wal"
    ]


def test_a_secret_in_the_name_of_a_file_is_found(tmp_path: Path) -> None:
    """S-02."""
    (tmp_path / f"backup-{OTHER}.zip").touch()
    assert [find.form for find in Scanner(OTHER).search(tmp_path)] == ["plain"]


def test_only_given_secrets_are_left_out(tmp_path: Path) -> None:
    """What an administrator laid there for the program to read."""
    given_secret(tmp_path, "password.txt", SECRET)
    (tmp_path / f"{GIVEN}-not").mkdir()
    (tmp_path / f"{GIVEN}-not" / "copy").write_text(SECRET)
    found = [find.where for find in Scanner(OTHER).search(tmp_path)]
    assert found == [str(tmp_path / f"{GIVEN}-not" / "copy")]


def test_a_secret_fits_into_a_password_and_has_the_canary() -> None:
    """C-01: at most 50 characters."""
    assert CANARY in secret("a" * 20)
    assert len(secret("a" * 20)) <= 50
    assert CANARY.isalnum()


def run(tmp_path: Path, source: str, *options: str) -> tuple[int, str]:
    """A test run of its own, whose canary is another one."""
    (tmp_path / "test_it.py").write_text(source)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "tests.canary"),
            *(word for name in _NOT_NEEDED for word in ("-p", f"no:{name}")),
            *(f"--rootdir={tmp_path}", f"--basetemp={tmp_path / 'base'}", *options),
            str(tmp_path / "test_it.py"),
        ],
        cwd=ROOT,
        env=os.environ | {"TEST_CANARY": OTHER, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_that_leaks_fails_and_names_every_place(tmp_path: Path, processes: str) -> None:
    """S-02: though every test passed; in one process and in several."""
    code, words = run(tmp_path, LEAK, "-n", processes)
    assert "4 passed" in words
    assert code == pytest.ExitCode.TESTS_FAILED, words
    for place in ("/left", "stdout", "log call", "the output of"):
        assert any(line.startswith("plain in ") and place in line for line in words.splitlines())
    assert words.count("plain in ") == 4


def test_a_run_without_a_leak_passes_and_says_how_much_was_searched(tmp_path: Path) -> None:
    """The search did take place."""
    code, words = run(tmp_path, CLEAN, "-n", "2")
    assert code == pytest.ExitCode.OK, words
    assert "No secret in 1 files" in words
