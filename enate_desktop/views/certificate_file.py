"""A .pfx file on its way into the program: what a drop holds, why not, and its bytes (C-04)."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt

from enate_desktop.domain.errors import InputError

LARGEST = 1_000_000
"""Bytes a .pfx file may have."""
SUFFIXES = (".pfx", ".p12")
_KEYLESS = (".cer", ".crt", ".pem", ".der", ".p7b", ".p7c")
_NOTHING_CHANGED = "Nothing was changed."


def isolated(text: str) -> str:
    """A file name or address that keeps its direction in text of either direction (UI 5.27)."""
    return f"\u2068{text}\u2069"


def size_text(size: int) -> str:
    """A size as people read it: ``3.1 KB``."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.1f} KB" if size < LARGEST else f"{size / LARGEST:.1f} MB"


def dropped_file(data: QMimeData, actions: Qt.DropAction) -> Path:
    """The one file a drop brings; InputError says why it cannot be taken.

    ``actions`` are those the source allows: without a copy it would delete the file afterwards.
    """
    if not data.hasUrls():
        raise _refused("That is not a file.", "Drop one .pfx file.")
    urls = data.urls()
    if len(urls) != 1:
        raise _refused("Only one .pfx file.", f"These are {len(urls)} files.")
    if not urls[0].isLocalFile():
        raise _refused("That file is not on this computer.", "Save it here, then drop it.")
    if not actions & Qt.DropAction.CopyAction:
        raise _refused(
            "The other program does not allow a copy of the file.", "Use Browse instead."
        )
    path = Path(urls[0].toLocalFile())
    check_file(path)
    return path


def check_file(path: Path) -> None:
    """Raise InputError for what cannot be a .pfx file, by its name, kind and size."""
    name = isolated(path.name)
    if path.is_dir():
        raise _refused(f"{name} is a folder.", "Choose the .pfx file in it.")
    suffix = path.suffix.lower()
    if suffix in _KEYLESS:
        raise _refused(
            f"{name} holds a certificate without its private key.",
            "Export it with the key, as a .pfx file.",
        )
    if suffix not in SUFFIXES:
        raise _refused(f"{name} is not a .pfx file.", "Only a .pfx or .p12 file can be used.")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error
    if size > LARGEST:
        raise _refused(
            f"{name} is too large for a certificate: {size_text(size)}.",
            f"A .pfx file has at most {size_text(LARGEST)}.",
        )


def read_file(path: Path) -> bytes:
    """The bytes of a .pfx file; InputError when it is none or cannot be read."""
    check_file(path)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > LARGEST:
        raise _refused(f"{isolated(path.name)} grows while it is read.", _NOTHING_CHANGED)
    if not data:
        raise _refused(f"{isolated(path.name)} is empty.", "Export the certificate again.")
    return data


def _refused(title: str, remedy: str) -> InputError:
    return InputError(title, remedy, field="certificate")


def _unreadable(path: Path, error: OSError) -> InputError:
    words = error.strerror or "it does not answer"
    return _refused(f"{isolated(path.name)} cannot be read: {words}.", _NOTHING_CHANGED)
