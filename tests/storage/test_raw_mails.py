"""Raw mails are kept exactly as the server gave them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enate_desktop.storage.database import FILE_NAME, Database
from enate_desktop.storage.raw_mails import CHUNK


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / FILE_NAME)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x00\xff\r\n.\r\n", b"x" * (CHUNK - 1), b"y" * CHUNK, bytes(range(256)) * 10_000],
    ids=["empty", "odd bytes", "just below a chunk", "one chunk", "several chunks"],
)
def test_every_byte_comes_back(database: Database, raw: bytes) -> None:
    """S-03: kept, compressed, with its decision."""
    with database.write() as work:
        (key,) = work.raw_mails.add([raw])
    with database.read() as work:
        assert work.raw_mails.get(key) == raw


def test_equal_bytes_are_kept_once(database: Database) -> None:
    """S-03: also within one batch."""
    with database.write() as work:
        first = work.raw_mails.add([b"a", b"b", b"a"])
        second = work.raw_mails.add([b"b", b"c"])
    assert first[0] == first[2] != first[1] == second[0] != second[1]
