"""The log file: private, without secrets or control characters."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from enate_desktop.logs import PrivateFileHandler, start_logging


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    start_logging(tmp_path)
    yield tmp_path / "enate-desktop.log"
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, PrivateFileHandler)]:
        root.removeHandler(handler)
        handler.close()


def test_the_log_is_readable_by_its_owner_only(log: Path) -> None:
    """S-02, MAIL 4 G 137."""
    logging.getLogger("x").warning("hello")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        "password=canary",
        "Password: canary",
        "auth=Bearer canary",
        "token='canary'",
        "secret canary",
    ],
)
def test_what_follows_the_word_for_a_secret_is_masked(log: Path, text: str) -> None:
    """S-02: no secret in a log."""
    logging.getLogger("x").warning("sign-in with %s", text)
    assert "canary" not in log.read_text()


def test_a_mail_cannot_write_lines_into_the_log(log: Path) -> None:
    """MAIL 4 B 36: control characters are shown, not obeyed."""
    logging.getLogger("x").warning("subject %s", "a\x1b[2J\rb")
    assert "\x1b" not in log.read_text()
    assert "\\x1b" in log.read_text()


def test_only_the_newest_folder_is_written_to(log: Path, tmp_path: Path) -> None:
    """Two data folders opened one after the other do not mix."""
    other = tmp_path / "other"
    other.mkdir()
    start_logging(other)
    logging.getLogger("x").warning("hello")
    assert not log.exists()
    assert "hello" in (other / "enate-desktop.log").read_text()
