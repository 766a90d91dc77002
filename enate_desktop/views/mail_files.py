"""Mails as .eml files: safe names, one file or several at once into a folder."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from enate_desktop.domain.errors import InputError

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u2028\u2029\u202a-\u202e\u2066-\u2069]+')
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST = 80


def file_name(subject: str, number: int) -> str:
    """A name that every system can write: ``Arrivée lundi (17).eml``."""
    words = " ".join(_UNSAFE.sub(" ", subject).split())[:_LONGEST].strip(". ")
    if not words or _DEVICES.match(words):
        words = f"mail {words}".strip()
    return f"{words} ({number}).eml"


def write_mails(folder: Path, mails: Sequence[tuple[str, Callable[[], bytes]]]) -> int:
    """Write files of these names into ``folder`` and say how many; none is overwritten.

    Raises InputError when the folder cannot be written, and what reading a mail raises.
    """
    for name, read in mails:
        write_mail(_free(folder / name), read())
    return len(mails)


def write_mail(path: Path, data: bytes) -> None:
    """Write one file; InputError when that cannot be done."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(
            f"{path.name} was not written: {error.strerror or error}.", "Choose another folder."
        ) from None


def ask_for_file(parent: QWidget, name: str, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask where one mail is to be written; ``chosen`` gets the path."""
    dialog = QFileDialog(parent, parent.tr("Save mail"), name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(parent.tr("Mails (*.eml)"))
    dialog.setDefaultSuffix("eml")
    return _opened(dialog, chosen)


def ask_for_folder(parent: QWidget, chosen: Callable[[Path], object]) -> QFileDialog:
    """Ask for the folder several mails are to be written into."""
    dialog = QFileDialog(parent, parent.tr("Save mails in a folder"))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _opened(dialog, chosen)


def _opened(dialog: QFileDialog, chosen: Callable[[Path], object]) -> QFileDialog:
    dialog.fileSelected.connect(lambda name: chosen(Path(name)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


def _free(path: Path) -> Path:
    number, found = 2, path
    while found.exists():
        found = path.with_stem(f"{path.stem} {number}")
        number += 1
    return found
